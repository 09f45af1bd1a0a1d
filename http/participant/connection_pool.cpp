#include "http/participant/connection_pool.hpp"

namespace sagas::http {

std::unique_ptr<connection_pool> connection_pool::open(int epoll, std::uint32_t number) {
  CURLM* const multi = curl_multi_init();
  if (!multi)
    return nullptr;
  return std::unique_ptr<connection_pool>{new connection_pool{multi, epoll, number}};
}

connection_pool::connection_pool(CURLM* multi, int epoll, std::uint32_t number)
  : multi_(multi), epoll_(epoll), number_(number) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &connection_pool::watch);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &connection_pool::set_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

// By itself curl keeps four connections for each call under way now: of those that a burst has
// opened a lull would close nearly all, and the next burst would open them again.
bool connection_pool::add(CURL* call) {
  constexpr long kept_for_each = 4;
  if (curl_multi_add_handle(multi_, call) != CURLM_OK)
    return false;
  if (++running_ > most_) {
    most_ = running_;
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept_for_each * most_);
  }
  return true;
}

void connection_pool::remove(CURL* call) {
  curl_multi_remove_handle(multi_, call);
  --running_;
}

int connection_pool::watch(CURL*, curl_socket_t socket, int what, void* self, void*) {
  const connection_pool& of = *static_cast<connection_pool*>(self);
  epoll_event wanted{};
  wanted.data.u64 = std::uint64_t{of.number_} << 32 | static_cast<std::uint32_t>(socket);
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
    wanted.events |= EPOLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
    wanted.events |= EPOLLOUT;
  if (what == CURL_POLL_REMOVE)
    ::epoll_ctl(of.epoll_, EPOLL_CTL_DEL, socket, nullptr);
  else if (::epoll_ctl(of.epoll_, EPOLL_CTL_MOD, socket, &wanted) != 0)
    ::epoll_ctl(of.epoll_, EPOLL_CTL_ADD, socket, &wanted);
  return 0;
}

int connection_pool::set_timer(CURLM*, long ms, void* self) {
  using std::chrono::milliseconds;
  static_cast<connection_pool*>(self)->due_ = ms < 0
                                                ? std::nullopt
                                                : std::optional{std::chrono::steady_clock::now()
                                                                + milliseconds{ms}};
  return 0;
}

void connection_pool::take(const epoll_event& what) {
  const int about = ((what.events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0)
                    | ((what.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0)
                    | ((what.events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
  int still = 0;
  curl_multi_socket_action(multi_, socket_in(what), about, &still);
}

void connection_pool::turn(steady_time now) {
  if (!due_ || now < *due_)
    return;
  due_.reset();
  int still = 0;
  curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &still);
}

const CURLMsg* connection_pool::ended() {
  int left = 0;
  while (const CURLMsg* said = curl_multi_info_read(multi_, &left))
    if (said->msg == CURLMSG_DONE)
      return said;
  return nullptr;
}

} // namespace sagas::http
