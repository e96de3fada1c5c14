#include "reference/agent/lock_down.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "reference/protocol/schema/describe_messages.hpp"

namespace mr::agent {
namespace {

using runtime::Address;
using V4 = boost::asio::ip::address_v4;
using V6 = boost::asio::ip::address_v6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_hexadecimal(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
bool is_letter_or_digit(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z'); }

std::string in_lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

V4 v4_at(const V6::bytes_type& bytes, std::size_t at) {
  return V4(V4::bytes_type{bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]});
}

// The IPv4 address inside an IPv6 address: mapped and compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC
// 3056).
std::optional<V4> embedded(const V6& address) {
  const auto bytes = address.to_bytes();
  const auto zeros = [&](std::size_t from, std::size_t to) {
    return std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                       bytes.begin() + static_cast<std::ptrdiff_t>(to), [](auto b) { return b == 0; });
  };
  if (zeros(0, 10) && ((bytes[10] == 0xff && bytes[11] == 0xff) || (bytes[10] == 0 && bytes[11] == 0)))
    return v4_at(bytes, 12);
  if (bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == 0xff && bytes[3] == 0x9b && zeros(4, 12))
    return v4_at(bytes, 12);
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return v4_at(bytes, 2);
  return std::nullopt;
}

bool within(const V4& address, V4::uint_type prefix, unsigned bits) {
  return (address.to_uint() ^ prefix) >> (32 - bits) == 0;
}

// RFC 1918 and RFC 3927.
bool is_private(const V4& address) {
  return within(address, 0x0a000000, 8) || within(address, 0xac100000, 12) ||
         within(address, 0xc0a80000, 16) || within(address, 0xa9fe0000, 16);
}
// Those of every host, and masks: they name nobody.
bool is_common(const V4& address) {
  return within(address, 0, 8) || within(address, 0x7f000000, 8) || address.to_uint() >= 0xe0000000;
}

// RFC 4193 and the link-local of RFC 4291.
bool is_private(const V6& address) {
  const auto bytes = address.to_bytes();
  return (bytes[0] & 0xfe) == 0xfc || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
}

Address without_zone(const Address& address) {
  return address.is_v6() ? Address(V6(address.to_v6().to_bytes())) : address;
}

std::optional<Address> parse(std::string_view text) {
  if (text.size() > 1 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  text = text.substr(0, text.find('%'));
  boost::system::error_code error;
  const Address address = boost::asio::ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return address;
}

constexpr std::size_t ipx_digits = 20;  // 8 of the network, 12 of the node

std::string hexadecimal_digits(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_hexadecimal(c)) {
      out += lower(c);
    } else if (c != ':' && c != '.' && c != '-') {
      return {};
    }
  }
  return out;
}

}  // namespace

void SiteAddresses::add(const Address& address) {
  if (address.is_v4() && is_common(address.to_v4())) return;
  if (address.is_v6()) {
    if (address.is_unspecified() || address.is_loopback() || address.is_multicast()) return;
    if (const auto inner = embedded(address.to_v6())) add(Address(*inner));
  }
  addresses_.insert(without_zone(address));
}

void SiteAddresses::add(std::string_view text) {
  if (const auto address = parse(text)) {
    add(*address);
  } else if (std::string digits = hexadecimal_digits(text); digits.size() == ipx_digits) {
    ipx_.insert(std::move(digits));
  } else if (text.find('.') != std::string_view::npos &&
             std::ranges::any_of(text, [](char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }) &&
             std::ranges::all_of(
                 text, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_'; })) {
    std::string name = in_lower_case(text);
    while (!name.empty() && name.back() == '.') name.pop_back();
    if (name.find('.') != std::string::npos) names_.insert(std::move(name));
  }
}

bool SiteAddresses::knows(const Address& address) const {
  return addresses_.contains(address) || std::ranges::any_of(ranges_, [&](const AddressRange& range) {
           return range.first.is_v4() == address.is_v4() && range.first <= address && address <= range.last;
         });
}

bool SiteAddresses::holds(const Address& given) const {
  const Address address = without_zone(given);
  if (knows(address)) return true;
  if (address.is_v4()) return is_private(address.to_v4());
  const auto inner = embedded(address.to_v6());
  return is_private(address.to_v6()) || (inner && holds(Address(*inner)));
}

bool SiteAddresses::in_dotted(std::string_view text,
                              bool (SiteAddresses::*of_site)(const Address&) const) const {
  const bool backwards = in_lower_case(text).find("in-addr") != std::string::npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i]) || (i > 0 && is_digit(text[i - 1]))) continue;
    std::array<unsigned, 4> groups{};
    std::size_t at = i, found = 0;
    char separator = 0;
    while (found < groups.size()) {
      std::size_t digits = 0;
      unsigned value = 0;
      for (; at < text.size() && is_digit(text[at]) && digits <= 3; ++at, ++digits)
        value = value * 10 + static_cast<unsigned>(text[at] - '0');
      if (digits == 0 || digits > 3 || value > 255) break;
      groups[found++] = value;
      if (found == groups.size() || at >= text.size()) break;
      if (text[at] != '.' && text[at] != '-' && text[at] != '_') break;
      if (separator != 0 && text[at] != separator) break;
      separator = text[at++];
    }
    if (found < groups.size()) continue;
    const auto number = [&](std::array<std::size_t, 4> order) {
      return V4((groups[order[0]] << 24) | (groups[order[1]] << 16) | (groups[order[2]] << 8) |
                groups[order[3]]);
    };
    if ((this->*of_site)(Address(number({0, 1, 2, 3})))) return true;
    if (backwards && (this->*of_site)(Address(number({3, 2, 1, 0})))) return true;
  }
  return false;
}

bool SiteAddresses::in_colons(std::string_view text) const {
  constexpr std::size_t octets_max = 45, colons_max = 8;
  const auto in_run = [](char c) { return is_hexadecimal(c) || c == ':' || c == '.'; };
  for (std::size_t begin = 0; begin < text.size();) {
    if (!in_run(text[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < text.size() && in_run(text[end])) ++end;
    const std::string_view run = text.substr(begin, end - begin);
    // Words may be stuck to it on either side: then every part of its first or last group is tried.
    const bool stuck_before = begin > 0 && is_letter_or_digit(text[begin - 1]),
               stuck_after = end < text.size() && is_letter_or_digit(text[end]);
    const std::size_t first_group = std::min(run.find_first_of(":."), run.size());
    const std::size_t last = run.find_last_of(":.");
    const std::size_t last_group = last == std::string_view::npos ? 0 : last + 1;
    for (std::size_t from = 0; from < run.size(); ++from) {
      const bool starts = from == 0 || run[from - 1] == ':' ||
                          (run[from] == ':' && from + 1 < run.size() && run[from + 1] == ':') ||
                          (from < first_group && (stuck_before || first_group > 4)) || run[from - 1] == '.';
      if (!starts) continue;
      std::size_t colons = 0;
      for (std::size_t to = from; to < run.size() && to - from < octets_max && colons <= colons_max; ++to) {
        if (run[to] == ':') ++colons;
        const bool ends = to + 1 == run.size() || run[to + 1] == ':' || run[to + 1] == '.' ||
                          (stuck_after && to + 1 >= last_group);
        if (!ends || colons < 2) continue;
        if (const auto address = parse(run.substr(from, to - from + 1));
            address && address->is_v6() && holds(*address))
          return true;
      }
    }
    begin = end;
  }
  return false;
}

bool SiteAddresses::in_hexadecimal(std::string_view text) const {
  if (ipx_.empty()) return false;
  std::string digits;
  const auto found = [&] {
    return std::ranges::any_of(ipx_,
                               [&](const std::string& ipx) { return digits.find(ipx) != std::string::npos; });
  };
  for (const char c : text) {
    if (is_hexadecimal(c)) {
      digits += lower(c);
    } else if (c != ':' && c != '.' && c != '-') {
      if (found()) return true;
      digits.clear();
    }
  }
  return found();
}

bool SiteAddresses::in_names(std::string_view text) const {
  if (names_.empty()) return false;
  const std::string plain = in_lower_case(text);
  const auto part_of_name = [&](std::size_t at) {
    return at < plain.size() && (is_letter_or_digit(plain[at]) || plain[at] == '-');
  };
  for (const std::string& name : names_) {
    for (std::size_t at = plain.find(name); at != std::string::npos; at = plain.find(name, at + 1)) {
      if ((at == 0 || !part_of_name(at - 1)) && !part_of_name(at + name.size())) return true;
    }
  }
  return false;
}

bool SiteAddresses::in(std::string_view text) const {
  return in_dotted(text, &SiteAddresses::holds) || in_colons(text) || in_hexadecimal(text) || in_names(text);
}

namespace {

// The Io (schema/note.hpp) that learns the addresses that a message tells in fields of their own.
class Collector {
 public:
  explicit Collector(SiteAddresses& site) : site_(site) {}
  template <class T>
  void field(std::string_view name, std::optional<T>& member, const schema::Note& note) {
    if (member) field(name, *member, note);
  }
  template <class T>
  void field(std::string_view name, std::vector<T>& member, const schema::Note& note) {
    for (T& row : member) field(name, row, note);
  }
  template <class T>
  void field(std::string_view, T& member, const schema::Note& note) {
    if constexpr (!schema::is_leaf<T>) {
      schema::describe(*this, member);
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (note.sensitivity == schema::Sensitivity::address) site_.add(member);
    }
  }
  template <class Rows, class Key>
  void unique(Rows&, Key, std::string_view) {}
  void require(bool, std::string_view) {}

 private:
  SiteAddresses& site_;
};

// The Io that takes out every text in which an address of the site can be read. Names that the protocol gives
// (ids, slugs) hold none.
class Redactor {
 public:
  explicit Redactor(const SiteAddresses& site) : site_(site) {}
  template <class T>
  void field(std::string_view, std::optional<T>& member, const schema::Note& note) {
    if (!member) return;
    if constexpr (!schema::is_leaf<T>) {
      schema::describe(*this, *member);
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (tells(*member, note)) member.reset();
    }
  }
  template <class T>
  void field(std::string_view, std::vector<T>& member, const schema::Note& note) {
    if constexpr (!schema::is_leaf<T>) {
      for (T& row : member) schema::describe(*this, row);
    } else if constexpr (std::is_same_v<T, std::string>) {
      std::erase_if(member, [&](const std::string& text) { return tells(text, note); });
    }
  }
  template <class T>
  void field(std::string_view, T& member, const schema::Note& note) {
    if constexpr (!schema::is_leaf<T>) {
      schema::describe(*this, member);
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (tells(member, note))
        member = note.form == schema::Form::oid  ? "0.0"
                 : note.form == schema::Form::ip ? "0.0.0.0"
                                                 : "removed";
    }
  }
  template <class Rows, class Key>
  void unique(Rows&, Key, std::string_view) {}
  void require(bool, std::string_view) {}

 private:
  bool tells(const std::string& text, const schema::Note& note) const {
    switch (note.form) {
      case schema::Form::identifier:
      case schema::Form::uuid:
      case schema::Form::slug:
      case schema::Form::mac:
      case schema::Form::entry_name:
        return false;
      case schema::Form::oid:
        return site_.in_oid(text);
      default:
        return site_.in(text);
    }
  }
  const SiteAddresses& site_;
};

}  // namespace

//= REP-LOCKED-DOWN
void lock_down(model::DeviceReport& report, SiteAddresses site) {
  Collector collector(site);
  schema::describe(collector, report);
  if (report.network && report.network->subnet_address && report.network->subnet_mask) {
    const auto subnet = parse(*report.network->subnet_address), mask = parse(*report.network->subnet_mask);
    if (subnet && mask && subnet->is_v4() && mask->is_v4() && mask->to_v4().to_uint() >= 0xff000000) {
      const V4::uint_type first = subnet->to_v4().to_uint() & mask->to_v4().to_uint();
      site.add(AddressRange{V4(first), V4(first | ~mask->to_v4().to_uint())});
    }
  }
  schema::erase(report, schema::Sensitivity::address);
  Redactor redactor(site);
  schema::describe(redactor, report);
}

void lock_down(model::Manifest& manifest, SiteAddresses site) {
  Collector collector(site);
  schema::describe(collector, manifest);
  schema::erase(manifest, schema::Sensitivity::address);
  Redactor redactor(site);
  schema::describe(redactor, manifest);
}

}  // namespace mr::agent
