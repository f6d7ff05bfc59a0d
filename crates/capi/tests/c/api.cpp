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

  const Kubernetes gangs("1.37", {{"GenericWorkload", true}});
  Cluster nodes(gangs);
  nodes.set_node(R"({"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "4", "pods": "110"}}})");
  nodes.set_object(R"({"kind": "PodGroup", "metadata": {"name": "g", "namespace": "ns"},
      "spec": {"schedulingPolicy": {"gang": {"minCount": 1}}}})");
  const Pod worker(gangs, R"({"metadata": {"name": "w", "namespace": "ns"}, "spec": {"schedulingGroup":
      {"podGroupName": "g"}, "containers": [{"name": "a", "resources": {"requests": {"cpu": "5"}}}]}})");
  CHECK(nodes.gang_feasible({&worker}).find("\"impossible\"") != std::string::npos);
  CHECK(nodes.gang_explain({&worker}, "ns/g").find("\"remedies\"") != std::string::npos);
  CHECK(failure([&] { nodes.gang_feasible({&worker}, "ns/other"); }) == PODVERDICT_INVALID_VALUE);
  CHECK(failure([&] { nodes.set_object("{}"); }) == PODVERDICT_INVALID_VALUE);
  CHECK(cluster.remove_node("n1") && !cluster.remove_node("n1"));
}
