#include "simulators/printer/raw9100/pcl_raster.hpp"

#include <algorithm>
#include <bit>

namespace mr::printer {
namespace {

constexpr std::uint64_t units_per_inch = 7200;

// Of a sheet, in 1/10 mm; what the job does not say is taken as A4.
std::uint64_t area_of(MediaSize size) {
  std::uint64_t feed = 2970, cross = 2100;
  switch (size) {
    case MediaSize::letter:
      feed = 2794, cross = 2159;
      break;
    case MediaSize::legal:
      feed = 3556, cross = 2159;
      break;
    case MediaSize::a5:
      feed = 2100, cross = 1480;
      break;
    case MediaSize::a3:
      feed = 4200, cross = 2970;
      break;
    case MediaSize::ledger:
      feed = 4318, cross = 2794;
      break;
    case MediaSize::sra3:
      feed = 4500, cross = 3200;
      break;
    default:
      break;
  }
  return feed * units_per_inch / 254 * (cross * units_per_inch / 254);
}

}  // namespace

void PclRaster::reset() {
  resolution_ = 75;
  method_ = 0;
  planes_ = 1;
  clear_seeds();
}

void PclRaster::set_resolution(std::uint32_t dots_per_inch) {
  if (dots_per_inch == 0 || units_per_inch % dots_per_inch != 0) return give_up();
  resolution_ = dots_per_inch;
}

void PclRaster::set_planes(std::int32_t planes) {
  if (planes == 1 || planes == -3 || planes == -4) {
    planes_ = static_cast<std::size_t>(planes < 0 ? -planes : planes);
    clear_seeds();
  } else {
    give_up();
  }
}

void PclRaster::set_method(std::uint32_t method) {
  if (method > 3) return give_up();
  method_ = method;
}

void PclRaster::clear_seeds() {
  for (std::string& seed : seeds_) seed.clear();
  at_plane_ = 0;
}

bool PclRaster::decode(std::string_view data, std::string& row) const {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(data[i]); };
  if (method_ == 0) {
    row = data;
  } else if (method_ == 1) {
    row.clear();
    for (std::size_t i = 0; i + 1 < data.size(); i += 2) {
      if (row.size() + octet(i) + 1u > row_max) return false;
      row.append(octet(i) + 1u, data[i + 1]);
    }
  } else if (method_ == 2) {
    row.clear();
    for (std::size_t i = 0; i < data.size();) {
      const unsigned char control = octet(i++);
      if (control == 128) continue;
      const std::size_t n = control < 128 ? control + 1u : 257u - control;
      if (row.size() + n > row_max) return false;
      if (control < 128) {
        const std::size_t there = std::min(n, data.size() - i);
        row.append(data.substr(i, there));
        i += there;
      } else if (i < data.size()) {
        row.append(n, data[i++]);
      }
    }
  } else {
    // Each command octet: how many octets less one are replaced, and how far on they begin.
    std::size_t at = 0;
    for (std::size_t i = 0; i < data.size();) {
      const unsigned char command = octet(i++);
      const std::size_t n = (command >> 5) + 1u;
      std::size_t offset = command & 31u;
      if (offset == 31) {
        while (i < data.size()) {
          const unsigned char more = octet(i++);
          offset += more;
          if (more != 255 || offset > row_max) break;
        }
      }
      at += offset;
      if (at + n > row_max) return false;
      if (row.size() < at + n) row.resize(at + n, '\0');
      for (std::size_t k = 0; k < n && i < data.size(); ++k) row[at++] = data[i++];
    }
  }
  return row.size() <= row_max;
}

void PclRaster::plane(std::string_view data, bool last) {
  if (!measured_) return;
  const std::size_t plane = at_plane_;
  at_plane_ = last ? 0 : at_plane_ + 1;
  if (plane >= planes_ || data.size() > row_max || !decode(data, seeds_[plane])) return give_up();
  std::uint64_t dots = 0;
  for (const char c : seeds_[plane])
    dots += static_cast<unsigned>(std::popcount(static_cast<unsigned char>(c)));
  const std::uint64_t dot = units_per_inch / resolution_;
  area_[planes_ == 3 ? plane + 1 : plane] += dots * dot * dot;
  any_ = true;
}

PageCoverage PclRaster::mean(std::uint32_t pages, MediaSize size) const {
  PageCoverage out{};
  const std::uint64_t all = area_of(size) * std::max(pages, 1u);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint32_t>(std::min<std::uint64_t>(100'000, area_[i] / (all / 100'000)));
  return out;
}

}  // namespace mr::printer
