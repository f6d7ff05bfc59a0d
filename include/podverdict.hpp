// podverdict for C++17: podverdict.h with owners that free themselves, and failures as exceptions. Header only.
//
// The contract of podverdict.h holds. Owners move and do not copy; one that was moved from holds nothing, and may only be
// assigned to or destroyed.

#ifndef PODVERDICT_HPP
#define PODVERDICT_HPP

#include <podverdict.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace podverdict {

// A call that failed: its status, and a sentence.
class Error : public std::runtime_error {
 public:
  Error(podverdict_status status, const std::string& message)
      : std::runtime_error(message.empty() ? podverdict_status_name(status) : message),
        status_(status) {}
  podverdict_status status() const noexcept { return status_; }

 private:
  podverdict_status status_;
};

namespace detail {

// A text of the library while it is turned into a std::string.
class Text {
 public:
  Text() = default;
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  ~Text() { podverdict_string_free(&raw_); }
  podverdict_string* out() noexcept { return &raw_; }
  std::string str() const { return raw_.data ? std::string(raw_.data, raw_.len) : std::string(); }

 private:
  podverdict_string raw_{nullptr, 0};
};

inline void check(podverdict_status status) {
  if (status != PODVERDICT_OK) throw Error(status, "");
}

inline void check(podverdict_status status, const Text& message) {
  if (status != PODVERDICT_OK) throw Error(status, message.str());
}

template <typename T, void (*Free)(T*)>
struct Freer {
  void operator()(T* handle) const noexcept { Free(handle); }
};

template <typename T, void (*Free)(T*)>
using Owner = std::unique_ptr<T, Freer<T, Free>>;

}  // namespace detail

// The version of the library that runs, and whether it is the header's.
inline std::string version() { return podverdict_version_text(); }
inline bool version_matches() noexcept { return podverdict_version() == PODVERDICT_VERSION; }

// Answers one request, JSON in and out; `release` stands in where the request names none.
inline std::string eval(std::string_view request, std::string_view release = {}) {
  detail::Text answer, message;
  detail::check(podverdict_eval(request.data(), request.size(), release.data(), release.size(),
                                answer.out(), message.out()),
                message);
  return answer.str();
}

// A release with its feature gates.
class Kubernetes {
 public:
  explicit Kubernetes(std::string_view release,
                      const std::vector<std::pair<std::string, bool>>& gates = {}) {
    std::vector<podverdict_gate> list;
    for (const auto& gate : gates) list.push_back({gate.first.data(), gate.first.size(), gate.second});
    podverdict_kubernetes* made = nullptr;
    detail::Text message;
    detail::check(podverdict_kubernetes_new(release.data(), release.size(), list.data(), list.size(),
                                            &made, message.out()),
                  message);
    owner_.reset(made);
  }
  const podverdict_kubernetes* get() const noexcept { return owner_.get(); }

 private:
  detail::Owner<podverdict_kubernetes, podverdict_kubernetes_free> owner_;
};

// What happens to a container that ended, and why.
struct Decision : podverdict_decision {
  bool restarts() const noexcept { return verdict != PODVERDICT_LEAVE; }
  std::string text() const {
    detail::Text sentence;
    detail::check(podverdict_decision_text(this, sentence.out()));
    return sentence.str();
  }
};

// What the kubelet does about a container that has just ended, from plain numbers.
inline Decision decide(const Kubernetes& kubernetes, const podverdict_exit& exit) {
  Decision decision{};
  detail::Text message;
  detail::check(podverdict_restart_decide(kubernetes.get(), &exit, &decision, message.out()), message);
  return decision;
}

// A pod that is read once and asked often.
class Pod {
 public:
  Pod(const Kubernetes& kubernetes, std::string_view json, bool defaults = true) {
    podverdict_pod* made = nullptr;
    detail::Text message;
    detail::check(podverdict_pod_parse(kubernetes.get(), json.data(), json.size(), defaults, &made,
                                       message.out()),
                  message);
    owner_.reset(made);
  }
  const podverdict_pod* get() const noexcept { return owner_.get(); }

  // What the kubelet does about a container of this pod that has just ended.
  Decision on_exit(const Kubernetes& kubernetes, std::string_view container, std::int32_t exit_code,
                   std::string_view reason = {}, std::int32_t kind = PODVERDICT_KIND_REGULAR) const {
    Decision decision{};
    detail::Text message;
    detail::check(podverdict_pod_on_exit(kubernetes.get(), get(), kind, container.data(),
                                         container.size(), exit_code, reason.data(), reason.size(),
                                         &decision, message.out()),
                  message);
    return decision;
  }

 private:
  detail::Owner<podverdict_pod, podverdict_pod_free> owner_;
};

// An exact amount of a resource.
class Quantity {
 public:
  explicit Quantity(std::string_view written) {
    podverdict_quantity* made = nullptr;
    detail::Text message;
    detail::check(podverdict_quantity_parse(written.data(), written.size(), &made, message.out()),
                  message);
    owner_.reset(made);
  }
  const podverdict_quantity* get() const noexcept { return owner_.get(); }

  // -1, 0 or 1.
  int compare(const Quantity& other) const {
    std::int32_t order = 0;
    detail::check(podverdict_quantity_compare(get(), other.get(), &order));
    return order;
  }
  std::int64_t value() const {
    std::int64_t value = 0;
    detail::check(podverdict_quantity_value(get(), &value));
    return value;
  }
  std::int64_t milli_value() const {
    std::int64_t value = 0;
    detail::check(podverdict_quantity_milli_value(get(), &value));
    return value;
  }
  std::string text() const {
    detail::Text written;
    detail::check(podverdict_quantity_text(get(), written.out()));
    return written.str();
  }

  friend bool operator==(const Quantity& a, const Quantity& b) { return a.compare(b) == 0; }
  friend bool operator!=(const Quantity& a, const Quantity& b) { return a.compare(b) != 0; }
  friend bool operator<(const Quantity& a, const Quantity& b) { return a.compare(b) < 0; }

 private:
  detail::Owner<podverdict_quantity, podverdict_quantity_free> owner_;
};

// Nodes and the pods on them.
class Cluster {
 public:
  explicit Cluster(const Kubernetes& kubernetes) {
    podverdict_cluster* made = nullptr;
    detail::check(podverdict_cluster_new(kubernetes.get(), &made));
    owner_.reset(made);
  }
  const podverdict_cluster* get() const noexcept { return owner_.get(); }

  // A copy for a "what if".
  Cluster copy() const {
    podverdict_cluster* made = nullptr;
    detail::check(podverdict_cluster_copy(get(), &made));
    return Cluster(made);
  }
  void set_node(std::string_view json) {
    detail::Text message;
    detail::check(podverdict_cluster_set_node(owner_.get(), json.data(), json.size(), message.out()),
                  message);
  }
  // Another object that decides where pods can go; it names its kind.
  void set_object(std::string_view json, bool defaults = true) {
    detail::Text message;
    detail::check(podverdict_cluster_set_object(owner_.get(), json.data(), json.size(), defaults,
                                                message.out()),
                  message);
  }
  void set_pod(const Pod& pod) { detail::check(podverdict_cluster_set_pod(owner_.get(), pod.get())); }

  // Whether it was there.
  bool remove_node(std::string_view name) {
    return found(podverdict_cluster_remove_node(owner_.get(), name.data(), name.size()));
  }
  bool remove_pod(std::string_view pod_namespace, std::string_view name) {
    return found(podverdict_cluster_remove_pod(owner_.get(), pod_namespace.data(),
                                               pod_namespace.size(), name.data(), name.size()));
  }

  // How many nodes, and pods on nodes.
  std::pair<std::size_t, std::size_t> size() const {
    std::pair<std::size_t, std::size_t> size;
    detail::check(podverdict_cluster_size(get(), &size.first, &size.second));
    return size;
  }

  // The JSON answers of the ops node_filters and schedule.
  std::string node_filters(const Pod& pod) const {
    detail::Text answer;
    detail::check(podverdict_cluster_node_filters(get(), pod.get(), answer.out()));
    return answer.str();
  }
  std::string schedule(const std::vector<const Pod*>& pods) const {
    const auto list = handles(pods);
    detail::Text answer;
    detail::check(podverdict_cluster_schedule(get(), list.data(), list.size(), answer.out()));
    return answer.str();
  }

  // The JSON answers of the ops gang_feasible and gang_explain. The group may be empty if there is one gang.
  std::string gang_feasible(const std::vector<const Pod*>& pods, std::string_view group = {},
                            bool upstream = true, std::uint64_t budget = 0) const {
    const auto list = handles(pods);
    detail::Text answer, message;
    detail::check(podverdict_cluster_gang_feasible(get(), list.data(), list.size(), group.data(),
                                                   group.size(), budget, upstream, answer.out(),
                                                   message.out()),
                  message);
    return answer.str();
  }
  std::string gang_explain(const std::vector<const Pod*>& pods, std::string_view group = {},
                           std::uint64_t budget = 0) const {
    const auto list = handles(pods);
    detail::Text answer, message;
    detail::check(podverdict_cluster_gang_explain(get(), list.data(), list.size(), group.data(),
                                                  group.size(), budget, answer.out(), message.out()),
                  message);
    return answer.str();
  }

 private:
  explicit Cluster(podverdict_cluster* made) : owner_(made) {}
  static std::vector<const podverdict_pod*> handles(const std::vector<const Pod*>& pods) {
    std::vector<const podverdict_pod*> list;
    for (const Pod* pod : pods) list.push_back(pod->get());
    return list;
  }
  static bool found(podverdict_status status) {
    if (status == PODVERDICT_NOT_FOUND) return false;
    detail::check(status);
    return true;
  }
  detail::Owner<podverdict_cluster, podverdict_cluster_free> owner_;
};

}  // namespace podverdict

#endif  // PODVERDICT_HPP
