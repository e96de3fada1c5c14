// Names and values of a peer's against a composed printer: GET, GETNEXT and SET of anything that is near what
// is there. What GETNEXT gives is in order and GET gives the same; what a SET refuses changes nothing.
#include <cstdlib>
#include <vector>

#include "simulators/printer/profiles/profiles.hpp"

namespace {

using namespace mr;
using namespace mr::printer;
using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Value;

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  std::uint32_t next() { return left_ == 0 ? 0 : (--left_, *data_++); }
  std::uint32_t number() { return next() << 24 | next() << 16 | next() << 8 | next(); }
  bool empty() const { return left_ == 0; }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

Oid name_from(Bytes& in, const MibTemplate& shared) {
  Oid name;
  const std::uint32_t kind = in.next();
  if (kind % 3 == 0 && !shared.live().empty()) {
    const LiveTable& table = *shared.live()[in.next() % shared.live().size()];
    name = table.entry() + table.columns()[in.next() % table.columns().size()];
  } else {
    const auto& variables = shared.variables();
    name = variables[(in.next() << 8 | in.next()) % variables.size()].name;
    if (kind % 3 == 1) name = name.first(name.size() - in.next() % 4);
  }
  for (std::uint32_t more = in.next() % 12; more > 0; --more)
    name.append(in.next() > 200 ? in.number() : in.next());
  return name;
}

Value value_from(Bytes& in) {
  switch (in.next() % 6) {
    case 0:
      return Value::integer(static_cast<std::int32_t>(in.next()));
    case 1:
      return Value::integer(static_cast<std::int32_t>(in.number()));
    case 2:
      return Value::counter32(in.number());
    case 3:
      return Value::oid(Oid{1, 3, in.next()});
    default: {
      std::string octets;
      for (std::uint32_t n = in.next(); n > 0; --n) octets += static_cast<char>(in.next());
      return Value::octets(std::move(octets));
    }
  }
}

void require(bool what) {
  if (!what) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ModelPtr model = *profile("production-colour");
  static const MibTemplatePtr shared = compose_mib(model);
  static const auto made = [] {
    runtime::SeededEntropy entropy(1);
    return make_device(model, 0, entropy);
  }();
  Device device = made;
  Moment now{};
  device.power_on(now);
  now += std::chrono::hours(1);
  device.advance(now);
  device.set_cover(0, CoverStatus::open, now);
  DeviceMib mib(shared, device);
  Bytes in(data, size);
  for (int step = 0; step < 200 && !in.empty(); ++step) {
    mib.at(now);
    const std::uint32_t what = in.next();
    const Oid name = name_from(in, *shared);
    if (name.size() < 2) continue;
    if (what % 2 == 0) {
      Oid found;
      Value value;
      if (!mib.next(name, found, value)) continue;
      require(name < found);
      require(!value.is_exception());
      require(mib.get(found) == value);
      continue;
    }
    const snmp::VarBind wanted{name, value_from(in)};
    const Value before = mib.get(name);
    if (mib.test(wanted) != ErrorStatus::no_error) {
      require(mib.get(name) == before);
    } else {
      require(mib.commit(wanted) == ErrorStatus::no_error);
      if (what % 3 == 0) require(mib.undo({name, before}));
    }
    now += std::chrono::seconds(in.next());
  }
  return 0;
}

// Whole requests to begin with: each variable is SET to a value of its own kind.
bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  if (n >= 64) return false;
  out.clear();
  for (std::size_t i = 0; i < 60; ++i) {
    const auto byte = [&](std::size_t k) {
      return static_cast<std::uint8_t>((n * 131 + i * 29 + k * 17) & 0xff);
    };
    out.insert(out.end(),
               {static_cast<std::uint8_t>(i & 1), static_cast<std::uint8_t>(i % 3), byte(1), byte(2), 0, 0});
    if (i & 1)
      out.insert(out.end(), {static_cast<std::uint8_t>(n % 6), static_cast<std::uint8_t>(n % 9), 65, 66, 67});
  }
  return true;
}
