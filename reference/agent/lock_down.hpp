// What leaves the site in Locked Down mode: reports and manifests without an address of the site. Pure.
// (WP-9-07)
//
// Two steps, both driven by the schema's description, so that a field added tomorrow is covered without a
// change here: fields that the catalogue calls addresses go (IP, IPX, DNS and system names, masks, gateways),
// and then every text in which such an address can be read. What a text is searched for:
//   IPv4   four groups of one to three digits between dots, hyphens or underscores: plain, zero-padded, in a
//          URL, in a host name (`printer-10-0-0-5`), as the tail of an IPv6 address, and backwards where the
//          text has `in-addr`
//   IPv6   every spelling of RFC 4291, between brackets or not, with a zone or without; IPv4-mapped, NAT64
//          and 6to4 as the IPv4 address in it
//   IPX    network and node in hexadecimal, whatever separates them
//
// An address is of the site when it is one of the report, of the agent's tables or of its own host; when it
// lies in the discovery scope or a printer's subnet; and when it is private, link-local or unique local (RFC
// 1918, 3927, 4193, 4291), which can be nothing else. A level or version that looks like such an address goes
// too: rather a text too few than an address too many. An optional text is dropped, a required one becomes
// `removed`.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reference/agent/settings.hpp"
#include "reference/protocol/model/report.hpp"

namespace mr::agent {

class SiteAddresses {
 public:
  explicit SiteAddresses(std::vector<AddressRange> scope) : ranges_(std::move(scope)) {}

  // An address in text form, as a device or table tells it: IPv4, IPv6, IPX or a DNS name. What is none of
  // them, masks, and addresses that every host has (unspecified, loopback, broadcast, multicast) are not
  // kept.
  void add(std::string_view text);
  void add(const runtime::Address& address);
  void add(AddressRange range) { ranges_.push_back(range); }

  bool holds(const runtime::Address& address) const;
  // Whether an address of the site, or a DNS name that was added, can be read in the text. cost: linear in
  // the text.
  bool in(std::string_view text) const;
  // The same for the text of an OBJECT IDENTIFIER, whose arcs may look like a private address by chance: only
  // those that are known count.
  bool in_oid(std::string_view text) const { return in_dotted(text, &SiteAddresses::knows); }

 private:
  bool knows(const runtime::Address& address) const;  // added, or in a range
  bool in_dotted(std::string_view text, bool (SiteAddresses::*of_site)(const runtime::Address&) const) const;
  bool in_colons(std::string_view text) const;
  bool in_hexadecimal(std::string_view text) const;
  bool in_names(std::string_view text) const;

  std::vector<AddressRange> ranges_;
  std::set<runtime::Address> addresses_;
  std::set<std::string> ipx_;    // 20 hexadecimal digits, lower case
  std::set<std::string> names_;  // with at least one dot, lower case
};

// Makes it fit to leave the site. Its own addresses count as known, and its subnet.
void lock_down(model::DeviceReport& report, SiteAddresses site);
// Besides: the permissions stay, the host's names and addresses go.
void lock_down(model::Manifest& manifest, SiteAddresses site);

}  // namespace mr::agent
