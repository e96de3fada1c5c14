// snmp-load: asks SNMP agents as fast as they answer, and says how fast that was.
//
//   snmp-load --first 127.0.0.1 --count 10000 --port 1161 --kind get|bulk|v3 [--seconds 2] [--window 64]
//
// A closed loop with `window` requests outstanding, each to another address in turn, over one unconnected UDP socket (eight
// sockets, one request each, where there is one address, since a session has one request under way): the peer is the bottleneck when it has a core to itself and this program the other. Every target is asked once before the measured
// time (v3: discovery). Prints one line of JSON: answered, lost, seconds, per_second. Answers are checked: request-id, error-status
// 0, the number of variables.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "reference/protocol/snmp/session.hpp"

namespace {

using namespace mr::snmp;
using Clock = std::chrono::steady_clock;

struct Options {
  std::string first = "127.0.0.1", kind = "get", user = "makeready", auth = "", priv = "";
  unsigned count = 1, port = 161, window = 64;
  double seconds = 2;
};

[[noreturn]] void usage(const char* why) {
  std::fprintf(stderr, "snmp-load: %s\nusage: snmp-load --first A --count N --port P --kind get|bulk|v3 [--seconds S] [--window W]"
               " [--user U --auth PASSPHRASE --priv PASSPHRASE]\n", why);
  std::exit(2);
}

Options parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; i += 2) {
    const std::string word = argv[i];
    if (i + 1 >= argc) usage("a value is missing");
    const char* value = argv[i + 1];
    if (word == "--first") o.first = value;
    else if (word == "--kind") o.kind = value;
    else if (word == "--count") o.count = static_cast<unsigned>(std::atoi(value));
    else if (word == "--port") o.port = static_cast<unsigned>(std::atoi(value));
    else if (word == "--window") o.window = static_cast<unsigned>(std::atoi(value));
    else if (word == "--seconds") o.seconds = std::atof(value);
    else if (word == "--user") o.user = value;
    else if (word == "--auth") o.auth = value;
    else if (word == "--priv") o.priv = value;
    else usage(("unknown word " + word).c_str());
  }
  if (o.count == 0 || o.window == 0 || o.seconds <= 0) usage("count, window and seconds must be positive");
  if (o.kind != "get" && o.kind != "bulk" && o.kind != "v3") usage("kind is get, bulk or v3");
  return o;
}

Pdu request_of(const std::string& kind) {
  // What every printer and snmpd has: sysDescr; a walk from `system` for bulk.
  if (kind == "bulk") return get_bulk_request({Oid{1, 3, 6, 1, 2, 1, 1}}, 0, 25);
  return get_request({Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}});
}

struct Target {  // one address, asked over one of the sockets
  std::unique_ptr<Session> session;
  int socket = -1;
  std::uint32_t address = 0;
  Clock::time_point sent;
  bool busy = false;
};

class Load {
 public:
  explicit Load(const Options& options) : o_(options), targets_(options.count == 1 ? 8 : options.count) {
    for (unsigned i = 0; i < (o_.count == 1 ? 8u : 1u); ++i) {
      sockets_.push_back(::socket(AF_INET, SOCK_DGRAM, 0));
      const int bytes = 8 << 20;
      ::setsockopt(sockets_.back(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
    in_addr address{};
    if (::inet_pton(AF_INET, o_.first.c_str(), &address) != 1) usage("--first is not an IPv4 address");
    first_ = ntohl(address.s_addr);
    SnmpCredentials credentials = CommunityCredentials{Version::v2c, "public"};
    if (o_.kind == "v3") {
      UsmPasswords passwords{.name = o_.user, .auth = UsmAuth::sha256, .auth_password = o_.auth, .priv = UsmPriv::aes128, .priv_password = o_.priv};
      auto user = make_user(passwords, keys_);
      if (!user) usage(mr::to_string(user.error()).c_str());
      credentials = UserCredentials{std::make_shared<UsmUser>(std::move(*user)), ""};
    }
    for (unsigned i = 0; i < targets_.size(); ++i) {
      targets_[i].socket = sockets_[i % sockets_.size()];
      targets_[i].address = first_ + (o_.count == 1 ? 0 : i);
      targets_[i].session = std::make_unique<Session>(credentials, Session::Start{.request_id = 1, .salt = i, .attempts_max = 5, .limits = {}});
    }
  }
  ~Load() {
    for (const int socket : sockets_) ::close(socket);
  }
  unsigned asked() const { return static_cast<unsigned>(targets_.size()); }

  // Keeps `window` requests outstanding until `until` or until each target was asked once.
  void run(Clock::time_point until, bool once) {
    std::uint64_t started = 0;
    const unsigned count = asked();
    const std::uint64_t most = once ? count : ~0ull;
    while ((Clock::now() < until && started < most) || outstanding_ > 0) {
      const bool more = Clock::now() < until && started < most;
      unsigned skipped = 0;
      while (more && outstanding_ < std::min(o_.window, count) && started < most && skipped < count) {
        Target& target = targets_[next_];
        const unsigned index = next_;
        next_ = (next_ + 1) % count;
        if (target.busy) {
          ++skipped;
          continue;
        }
        target.busy = true;
        ++outstanding_;
        ++started;
        follow(index, target.session->start(request_of(o_.kind), Clock::now().time_since_epoch()));
      }
      receive();
      if (!more && Clock::now() > until + std::chrono::seconds(5)) break;
    }
  }

  std::uint64_t answered = 0, lost = 0, wrong = 0;

 private:
  void send(unsigned index, const Bytes& datagram) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(o_.port));
    to.sin_addr.s_addr = htonl(targets_[index].address);
    targets_[index].sent = Clock::now();
    ::sendto(targets_[index].socket, datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
  }

  void follow(unsigned index, Session::Action action) {
    if (auto* out = std::get_if<Session::Send>(&action)) return send(index, out->datagram);
    auto* done = std::get_if<Session::Done>(&action);
    if (done == nullptr) return;
    targets_[index].busy = false;
    --outstanding_;
    if (!done->response) {
      ++lost;
      return;
    }
    const bool whole = done->response->error_status == 0 && done->response->varbinds.size() == (o_.kind == "bulk" ? 25u : 1u);
    ++(whole ? answered : wrong);
  }

  void receive() {
    constexpr unsigned batch = 64;
    static std::vector<std::array<std::byte, 65536>> buffers(batch);
    static mmsghdr messages[batch];
    static iovec parts[batch];
    static sockaddr_in from[batch];
    for (unsigned i = 0; i < batch; ++i) {
      parts[i] = {buffers[i].data(), buffers[i].size()};
      messages[i].msg_hdr = {&from[i], sizeof from[i], &parts[i], 1, nullptr, 0, 0};
    }
    std::vector<pollfd> ready;
    for (const int socket : sockets_) ready.push_back({socket, POLLIN, 0});
    if (::poll(ready.data(), ready.size(), 20) == 0) return expire();
    for (unsigned lane = 0; lane < sockets_.size(); ++lane) {
      if ((ready[lane].revents & POLLIN) == 0) continue;
      const int n = ::recvmmsg(sockets_[lane], messages, batch, MSG_DONTWAIT, nullptr);
      const auto now = Clock::now().time_since_epoch();
      for (int i = 0; i < n; ++i) {
        const std::uint32_t index = o_.count == 1 ? lane : ntohl(from[i].sin_addr.s_addr) - first_;
        if (index >= targets_.size() || !targets_[index].busy) continue;
        follow(index, targets_[index].session->received({buffers[static_cast<unsigned>(i)].data(), messages[i].msg_len}, now));
      }
    }
    if (++turns_ % 256 == 0) expire();
  }

  void expire() {
    const auto now = Clock::now();
    for (unsigned i = 0; i < targets_.size(); ++i) {
      if (targets_[i].busy && now - targets_[i].sent > std::chrono::seconds(1)) {
        follow(i, targets_[i].session->timed_out(now.time_since_epoch()));
      }
    }
  }

  Options o_;
  PasswordKeys keys_;
  std::vector<Target> targets_;
  std::vector<int> sockets_;
  std::uint32_t first_ = 0;
  unsigned next_ = 0, outstanding_ = 0, turns_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  Load load(options);
  // Every target once before the clock starts: v3 discovery, and the peer's own first-time costs.
  load.run(Clock::now() + std::chrono::seconds(60), true);
  const auto reached = load.answered;
  load.answered = load.lost = load.wrong = 0;
  const auto from = Clock::now();
  load.run(from + std::chrono::microseconds(static_cast<long>(options.seconds * 1e6)), false);
  const double took = std::chrono::duration<double>(Clock::now() - from).count();
  std::printf("{\"kind\":\"%s\",\"targets\":%u,\"reached\":%llu,\"answered\":%llu,\"lost\":%llu,\"wrong\":%llu,\"seconds\":%.3f,\"per_second\":%.0f}\n",
              options.kind.c_str(), options.count, static_cast<unsigned long long>(reached), static_cast<unsigned long long>(load.answered),
              static_cast<unsigned long long>(load.lost), static_cast<unsigned long long>(load.wrong), took,
              static_cast<double>(load.answered) / took);
  return load.answered > 0 && reached == load.asked() ? 0 : 1;
}
