// Uses every class of the C++ wrapper.

#include <cstdio>
#include <cstdlib>
#include <podverdict.hpp>

#define CHECK(condition)                                                                \
  do {                                                                                  \
    if (!(condition)) {                                                                 \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);      \
      std::exit(1);                                                                     \
    }                                                                                   \
  } while (0)

template <typename Call>
static podverdict_status failure(Call call) {
  try {
    call();
  } catch (const podverdict::Error& error) {
    CHECK(error.what()[0] != '\0');
    return error.status();
  }
  return PODVERDICT_OK;
}

int main() {
  using namespace podverdict;
  CHECK(version_matches());
  const Kubernetes k8s("1.37");
  const Kubernetes off("1.36", {{"ContainerRestartRules", false}, {"RestartAllContainersOnContainerExits", false}});
  CHECK(failure([] { Kubernetes("1.36", {{"NoSuchGate", true}}); }) == PODVERDICT_FEATURE_GATES);
  CHECK(failure([] { eval("{}", "1.0"); }) == PODVERDICT_UNKNOWN_RELEASE);

  const Quantity half("500m"), one("1");
  CHECK(half < one && half != one && one == Quantity("1000m"));
  CHECK(half.milli_value() == 500 && half.value() == 1 && half.text() == "500m");
  CHECK(failure([] { Quantity("1K"); }) == PODVERDICT_INVALID_VALUE);

  Pod pod(k8s, R"({"metadata": {"name": "p", "namespace": "ns"}, "spec": {"nodeName": "n1", "restartPolicy": "Never",
      "containers": [{"name": "app"}]}})");
  const Decision decision = pod.on_exit(k8s, "app", 1);
  CHECK(!decision.restarts() && decision.text() == "the pod's restartPolicy is Never");
  CHECK(failure([&] { pod.on_exit(k8s, "other", 1); }) == PODVERDICT_NOT_FOUND);
  podverdict_exit exit{};
  exit.exit_code = 1;
  exit.pod_policy = PODVERDICT_POLICY_ON_FAILURE;
  CHECK(decide(off, exit).restarts());

  Cluster cluster(k8s);
  cluster.set_node(R"({"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "4", "pods": "110"}}})");
  cluster.set_pod(pod);
  Cluster what_if = cluster.copy();
  CHECK(what_if.remove_pod("ns", "p") && !what_if.remove_pod("ns", "p"));
  CHECK((cluster.size() == std::pair<std::size_t, std::size_t>(1, 1)));
  CHECK((what_if.size() == std::pair<std::size_t, std::size_t>(1, 0)));
  const Pod moved = std::move(pod);
  CHECK(what_if.node_filters(moved).find("\"n1\"") != std::string::npos);
  CHECK(what_if.schedule({&moved}).find("\"ns/p\"") != std::string::npos);
  CHECK(cluster.remove_node("n1") && !cluster.remove_node("n1"));
}
