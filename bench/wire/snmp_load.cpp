// snmp-load: asks SNMP agents as fast as they answer; says how fast that was and what it cost the server.
//
//   snmp-load --first 127.0.0.1 --count 10000 --port 1161 --kind get|bulk|supplies|v3 [--pid SERVER]
//   [--seconds 3]
//
// A closed loop with `window` requests outstanding over one unconnected UDP socket, to each address in turn.
// What is sent is encoded before the clock starts, so that the load costs less than any answer: a v2c request
// as it is, a v3 request (authPriv) as a Session made it after discovery; the engine verifies and decrypts it
// each time. An answer counts if it names its request and is no error; one in 32 is decoded whole, in v3 by a
// Session that makes its own request. The first target's sysUpTime is followed: `moves` says whether it went
// on.
//
// Prints one line of JSON. Processor times are of the measured interval: the server's from /proc/PID/stat
// with all its threads, in ticks of the system (10 ms); the load's own from getrusage.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "reference/protocol/snmp/session.hpp"

namespace {

using namespace mr::snmp;
using Clock = std::chrono::steady_clock;

constexpr unsigned batch = 64, decoded_one_in = 32, repetitions = 25;
constexpr std::int32_t v2c_base = 0x01000000;  // request-ids of four octets, one per lane
constexpr std::int32_t v3_span = 1000;         // message ids of a lane's Session

struct Options {
  std::string first = "127.0.0.1", kind = "get", user = "makeready", auth, priv;
  unsigned count = 1, port = 161, window = 64;
  int pid = 0;
  double seconds = 3;
};

[[noreturn]] void usage(const std::string& why) {
  std::fprintf(stderr,
               "snmp-load: %s\nusage: snmp-load --first A --count N --port P --kind get|bulk|supplies|v3"
               " [--pid SERVER] [--seconds S] [--window W] [--user U --auth PASSPHRASE --priv PASSPHRASE]\n",
               why.c_str());
  std::exit(2);
}

Options parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; i += 2) {
    const std::string word = argv[i];
    if (i + 1 >= argc) usage("a value is missing");
    const char* value = argv[i + 1];
    if (word == "--first")
      o.first = value;
    else if (word == "--kind")
      o.kind = value;
    else if (word == "--count")
      o.count = static_cast<unsigned>(std::atoi(value));
    else if (word == "--port")
      o.port = static_cast<unsigned>(std::atoi(value));
    else if (word == "--window")
      o.window = static_cast<unsigned>(std::atoi(value));
    else if (word == "--pid")
      o.pid = std::atoi(value);
    else if (word == "--seconds")
      o.seconds = std::atof(value);
    else if (word == "--user")
      o.user = value;
    else if (word == "--auth")
      o.auth = value;
    else if (word == "--priv")
      o.priv = value;
    else
      usage("unknown word " + word);
  }
  // The requests of v3 are sent again for less than the 150 seconds that an engine takes them for.
  if (o.count == 0 || o.window == 0 || o.window > 1024 || o.seconds <= 0 || o.seconds > 100)
    usage("count and window (at most 1024) must be positive, seconds at most 100");
  if (o.kind != "get" && o.kind != "bulk" && o.kind != "supplies" && o.kind != "v3")
    usage("kind is get, bulk, supplies or v3");
  return o;
}

// What every printer and snmpd has and what moves with it: sysUpTime, ifTable; or a printer's own levels.
Pdu request_of(const std::string& kind) {
  if (kind == "bulk") return get_bulk_request({Oid{1, 3, 6, 1, 2, 1, 2, 2}}, 0, repetitions);
  if (kind == "supplies")
    return get_bulk_request({Oid{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 8, 1}}, 0, repetitions);
  return get_request({Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}});
}

double server_seconds(int pid) {
  if (pid == 0) return 0;
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) usage("there is no process " + std::to_string(pid));
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;  // state to cmajflt
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double own_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

// A BER header at `at`: the tag must be `tag`. Gives the length of the contents and moves to them; -1: it is
// not so.
std::ptrdiff_t enter(ByteView bytes, std::size_t& at, unsigned tag) {
  if (at + 2 > bytes.size() || std::to_integer<unsigned>(bytes[at]) != tag) return -1;
  std::size_t length = std::to_integer<std::size_t>(bytes[at + 1]);
  at += 2;
  if (length >= 0x80) {
    const std::size_t octets = length & 0x7f;
    if (octets == 0 || octets > 4 || at + octets > bytes.size()) return -1;
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = length << 8 | std::to_integer<std::size_t>(bytes[at++]);
  }
  return at + length <= bytes.size() ? static_cast<std::ptrdiff_t>(length) : -1;
}

// An INTEGER at `at`, moved past; -1 where there is none, or a negative one.
std::int64_t integer(ByteView bytes, std::size_t& at) {
  const std::ptrdiff_t length = enter(bytes, at, 0x02);
  if (length < 1 || length > 5) return -1;
  std::int64_t n = 0;
  for (std::ptrdiff_t i = 0; i < length; ++i) n = n << 8 | std::to_integer<std::int64_t>(bytes[at++]);
  return n;
}

struct Short {  // what is read of every answer
  std::int64_t id = -1;
  bool sound = false;  // v2c: a Response without error; v3: authenticated and encrypted, so no Report
};

Short read_short(ByteView bytes) {
  std::size_t at = 0;
  Short out;
  if (enter(bytes, at, 0x30) < 0) return out;
  const std::int64_t version = integer(bytes, at);
  if (version == 1) {
    const std::ptrdiff_t community = enter(bytes, at, 0x04);
    if (community < 0) return out;
    at += static_cast<std::size_t>(community);
    const bool response = enter(bytes, at, 0xa2) >= 0;
    if (!response) return out;
    out.id = integer(bytes, at);
    out.sound = integer(bytes, at) == 0;
  } else if (version == 3 && enter(bytes, at, 0x30) >= 0) {
    out.id = integer(bytes, at);
    const bool sized = integer(bytes, at) >= 0;
    out.sound = sized && enter(bytes, at, 0x04) == 1 && (std::to_integer<unsigned>(bytes[at]) & 3) == 3;
  }
  return out;
}

struct Lane {                        // one request at a time to one address
  std::unique_ptr<Session> session;  // v3, and for discovery
  Bytes request;
  sockaddr_in to{};
  Clock::time_point sent;
  bool busy = false, by_session = false;
};

class Load {
 public:
  explicit Load(const Options& options)
      : o_(options), v3_(options.kind == "v3"), lanes_(options.count == 1 ? options.window : options.count) {
    socket_ = ::socket(AF_INET, SOCK_DGRAM, 0);
    const int bytes = 8 << 20;
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    in_addr first{};
    if (::inet_pton(AF_INET, o_.first.c_str(), &first) != 1) usage("--first is not an IPv4 address");
    SnmpCredentials credentials = CommunityCredentials{Version::v2c, "public"};
    if (v3_) {
      auto user = make_user({.name = o_.user,
                             .auth = UsmAuth::sha256,
                             .auth_password = o_.auth,
                             .priv = UsmPriv::aes128,
                             .priv_password = o_.priv},
                            keys_);
      if (!user) usage(mr::to_string(user.error()));
      credentials = UserCredentials{std::make_shared<UsmUser>(std::move(*user)), ""};
    }
    for (unsigned i = 0; i < lanes_.size(); ++i) {
      Lane& lane = lanes_[i];
      lane.to.sin_family = AF_INET;
      lane.to.sin_port = htons(static_cast<std::uint16_t>(o_.port));
      lane.to.sin_addr.s_addr = htonl(ntohl(first.s_addr) + (o_.count == 1 ? 0 : i));
      if (v3_) {
        lane.session = std::make_unique<Session>(
            credentials, Session::Start{.request_id = 1 + static_cast<std::int32_t>(i) * v3_span,
                                        .salt = std::uint64_t{i} << 32,
                                        .attempts_max = 5,
                                        .limits = {}});
      } else {
        Pdu pdu = request_of(o_.kind);
        pdu.request_id = v2c_base + static_cast<std::int32_t>(i);
        lane.request = encode(CommunityMessage{Version::v2c, "public", std::move(pdu)});
      }
    }
  }
  ~Load() { ::close(socket_); }
  std::size_t lanes() const { return lanes_.size(); }

  // Keeps `window` requests outstanding until `until`; where `once`, until each lane was asked once, by its
  // Session.
  void run(Clock::time_point until, bool once) {
    std::size_t started = 0;
    for (bool more = true; more || outstanding_ > 0;) {
      more = Clock::now() < until && (!once || started < lanes_.size());
      for (std::size_t skipped = 0; more && outstanding_ < o_.window && skipped < lanes_.size();) {
        if (once && started == lanes_.size()) break;
        const std::size_t index = next_;
        next_ = next_ + 1 == lanes_.size() ? 0 : next_ + 1;
        if (lanes_[index].busy) {
          ++skipped;
          continue;
        }
        ++started;
        begin(index, v3_ && (once || ++requests_ % decoded_one_in == 0));
      }
      flush();
      receive();
      if (!more && Clock::now() > until + std::chrono::seconds(3)) break;
    }
  }

  std::uint64_t answered = 0, lost = 0, wrong = 0, decoded = 0;
  bool moves() const { return last_uptime_ > first_uptime_; }

 private:
  void begin(std::size_t index, bool by_session) {
    Lane& lane = lanes_[index];
    lane.busy = true;
    lane.by_session = by_session;
    ++outstanding_;
    if (by_session) {
      follow(index, lane.session->start(request_of(o_.kind), Clock::now().time_since_epoch()));
    } else {
      queue(index);
    }
  }

  void queue(std::size_t index) {
    lanes_[index].sent = Clock::now();
    to_send_.push_back(index);
  }

  void flush() {
    for (std::size_t at = 0; at < to_send_.size();) {
      std::array<mmsghdr, batch> messages{};
      std::array<iovec, batch> parts;
      const std::size_t n = std::min<std::size_t>(batch, to_send_.size() - at);
      for (std::size_t i = 0; i < n; ++i) {
        Lane& lane = lanes_[to_send_[at + i]];
        parts[i] = {lane.request.data(), lane.request.size()};
        messages[i].msg_hdr = {&lane.to, sizeof lane.to, &parts[i], 1, nullptr, 0, 0};
      }
      const int sent = ::sendmmsg(socket_, messages.data(), static_cast<unsigned>(n), 0);
      at += sent > 0 ? static_cast<std::size_t>(sent) : n;  // what could not be sent is lost
    }
    to_send_.clear();
  }

  void end(std::size_t index, bool good) {
    lanes_[index].busy = false;
    --outstanding_;
    ++(good ? answered : wrong);
  }

  // What a Session wants next.
  void follow(std::size_t index, Session::Action action) {
    Lane& lane = lanes_[index];
    if (auto* out = std::get_if<Session::Send>(&action)) {
      lane.request = std::move(out->datagram);
      queue(index);
    } else if (auto* done = std::get_if<Session::Done>(&action)) {
      if (!done->response) {
        lane.busy = false;
        --outstanding_;
        ++lost;
      } else {
        end(index, whole(index, *done->response));
      }
    }
  }

  bool whole(std::size_t index, const Pdu& pdu) {
    ++decoded;
    const bool bulk = o_.kind == "bulk" || o_.kind == "supplies";
    if (pdu.type != PduType::response || pdu.error_status != 0 ||
        pdu.varbinds.size() != (bulk ? repetitions : 1))
      return false;
    for (const VarBind& varbind : pdu.varbinds)
      if (varbind.value.type() >= Type::no_such_object) return false;
    if (!bulk && index == 0) {
      const auto uptime = pdu.varbinds[0].value.unsigned_number();
      if (!uptime) return false;
      if (first_uptime_ == 0) first_uptime_ = *uptime;
      last_uptime_ = *uptime;
    }
    return true;
  }

  void receive() {
    static std::array<std::array<std::byte, 16384>, batch> buffers;
    std::array<mmsghdr, batch> messages{};
    std::array<iovec, batch> parts;
    for (unsigned i = 0; i < batch; ++i) {
      parts[i] = {buffers[i].data(), buffers[i].size()};
      messages[i].msg_hdr = {nullptr, 0, &parts[i], 1, nullptr, 0, 0};
    }
    int n = ::recvmmsg(socket_, messages.data(), batch, MSG_DONTWAIT, nullptr);
    if (n <= 0) {
      pollfd ready{socket_, POLLIN, 0};
      if (::poll(&ready, 1, 20) == 0) return expire();
      n = ::recvmmsg(socket_, messages.data(), batch, MSG_DONTWAIT, nullptr);
    }
    for (int i = 0; i < n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      answer({buffers[at].data(), messages[at].msg_len});
    }
    if (++turns_ % 1024 == 0) expire();
  }

  void answer(ByteView bytes) {
    const Short seen = read_short(bytes);
    if (seen.id < (v3_ ? 1 : v2c_base)) return;
    const auto index = static_cast<std::size_t>(v3_ ? (seen.id - 1) / v3_span : seen.id - v2c_base);
    if (index >= lanes_.size() || !lanes_[index].busy) return;
    if (lanes_[index].by_session)
      return follow(index, lanes_[index].session->received(bytes, Clock::now().time_since_epoch()));
    bool good = seen.sound;
    if (good && !v3_ && (index == 0 || ++read_ % decoded_one_in == 0)) {
      const auto message = decode_community(bytes);
      good = message && whole(index, message->pdu);
    }
    end(index, good);
  }

  void expire() {
    const auto now = Clock::now();
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      Lane& lane = lanes_[i];
      if (!lane.busy || now - lane.sent < std::chrono::seconds(1)) continue;
      if (lane.by_session) {
        follow(i, lane.session->timed_out(now.time_since_epoch()));
      } else {
        lane.busy = false;
        --outstanding_;
        ++lost;
      }
    }
  }

  Options o_;
  bool v3_;
  PasswordKeys keys_;
  std::vector<Lane> lanes_;
  std::vector<std::size_t> to_send_;
  int socket_ = -1;
  std::size_t next_ = 0;
  unsigned outstanding_ = 0, turns_ = 0;
  std::uint64_t requests_ = 0, read_ = 0, first_uptime_ = 0, last_uptime_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  Load load(options);
  // Every lane once before the clock starts: v3 discovery, and the server's own first-time costs.
  load.run(Clock::now() + std::chrono::seconds(60), true);
  const auto reached = load.answered;
  load.answered = load.lost = load.wrong = load.decoded = 0;
  const double server_from = server_seconds(options.pid), own_from = own_seconds();
  const auto from = Clock::now();
  load.run(from + std::chrono::microseconds(static_cast<long>(options.seconds * 1e6)), false);
  const double took = std::chrono::duration<double>(Clock::now() - from).count();
  const double server = server_seconds(options.pid) - server_from, own = own_seconds() - own_from;
  std::printf(
      "{\"kind\":\"%s\",\"targets\":%u,\"reached\":%llu,\"answered\":%llu,\"decoded\":%llu,\"lost\":%llu,"
      "\"wrong\":%llu,"
      "\"moves\":%s,\"seconds\":%.3f,\"server_seconds\":%.2f,\"load_seconds\":%.2f}\n",
      options.kind.c_str(), options.count, static_cast<unsigned long long>(reached),
      static_cast<unsigned long long>(load.answered), static_cast<unsigned long long>(load.decoded),
      static_cast<unsigned long long>(load.lost), static_cast<unsigned long long>(load.wrong),
      load.moves() ? "true" : "false", took, server, own);
  return load.answered > 0 && load.wrong == 0 && reached == load.lanes() ? 0 : 1;
}
