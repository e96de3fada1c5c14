#include "simulators/world/disk.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "simulators/world/vfs.hpp"

namespace mr::world {
namespace {

struct Disks {
  std::map<std::uint64_t, Disk*> by_number;
  std::uint64_t next = 1;
};
Disks& disks() {
  static Disks all;
  return all;
}

void undo(DiskFile& file, const Unsynced& change) {
  file.bytes.resize(change.size_before);
  const std::size_t n = std::min<std::size_t>(
      change.before.size(), file.bytes.size() - std::min<std::uint64_t>(change.offset, file.bytes.size()));
  if (n > 0) std::memcpy(file.bytes.data() + change.offset, change.before.data(), n);
}

void redo(DiskFile& file, const Unsynced& change) {
  if (change.bytes.empty()) {
    file.bytes.resize(change.size_after);
    return;
  }
  const std::uint64_t end = change.offset + change.bytes.size();
  if (file.bytes.size() < end) file.bytes.resize(end);
  std::memcpy(file.bytes.data() + change.offset, change.bytes.data(), change.bytes.size());
}

}  // namespace

Disk::Disk() : number_(disks().next++) { disks().by_number.emplace(number_, this); }
Disk::~Disk() { disks().by_number.erase(number_); }

std::string Disk::path(std::string_view file) const {
  return "/" + std::to_string(number_) + "/" + std::string(file);
}

Disk* disk_of(std::string_view path, std::string& file) {
  std::uint64_t number = 0;
  if (path.empty() || path.front() != '/') return nullptr;
  const auto [end, ec] = std::from_chars(path.data() + 1, path.data() + path.size(), number);
  if (ec != std::errc() || end == path.data() + path.size() || *end != '/') return nullptr;
  file.assign(end + 1, path.data() + path.size());
  const auto at = disks().by_number.find(number);
  return at == disks().by_number.end() ? nullptr : at->second;
}

std::shared_ptr<DiskFile> Disk::open(std::string_view file, bool create) {
  if (const auto at = files_.find(std::string(file)); at != files_.end()) return at->second;
  if (!create) return nullptr;
  auto made = std::make_shared<DiskFile>();
  made->name = file;
  files_.emplace(file, made);
  return made;
}

bool Disk::remove(std::string_view file, bool durably) {
  const bool existed = files_.erase(std::string(file)) > 0;
  if (durably) durable_ = files_;
  return existed;
}

bool Disk::write(DiskFile& file, std::uint64_t offset, std::span<const std::byte> bytes) {
  const std::uint64_t size = file.bytes.size();
  const std::uint64_t end = offset + bytes.size();
  if (bytes_max_ && end > size && this->bytes() + (end - size) > *bytes_max_) return false;
  Unsynced change{.offset = offset,
                  .bytes = {bytes.begin(), bytes.end()},
                  .size_before = size,
                  .size_after = std::max(size, end)};
  if (offset < size) {
    const auto from = file.bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    change.before.assign(from, from + static_cast<std::ptrdiff_t>(std::min(size, end) - offset));
  }
  redo(file, change);
  file.unsynced.push_back(std::move(change));
  return true;
}

void Disk::truncate(DiskFile& file, std::uint64_t size) {
  Unsynced change{.offset = size, .size_before = file.bytes.size(), .size_after = size};
  if (size < file.bytes.size())
    change.before.assign(file.bytes.begin() + static_cast<std::ptrdiff_t>(size), file.bytes.end());
  file.bytes.resize(size);
  file.unsynced.push_back(std::move(change));
}

bool Disk::sync(const std::shared_ptr<DiskFile>& file) {
  if (!sync_works_) return false;
  ++syncs_;
  file->unsynced.clear();
  // The first sync of a file syncs its directory too, as SQLite does for the files it creates.
  const auto at = files_.find(file->name);
  const auto durable = durable_.find(file->name);
  if (at != files_.end() && at->second == file && (durable == durable_.end() || durable->second != file))
    durable_ = files_;
  return true;
}

// Torn: every write's fate is drawn in the order of files and writes; names follow the content (a name that
// was never synced survives with the first write that does).
void Disk::power_cut(DiskLoss loss, runtime::Stream64 choice) {
  ++mount_;
  if (loss == DiskLoss::all) files_ = durable_;
  if (loss == DiskLoss::torn) {
    std::map<std::string, std::shared_ptr<DiskFile>> kept = durable_;
    for (const auto& [name, file] : files_) {
      if (!kept.contains(name) && choice.chance(500'000)) kept.emplace(name, file);
    }
    files_ = std::move(kept);
  }
  for (auto& [name, file] : files_) {
    if (loss != DiskLoss::none) {
      for (auto change = file->unsynced.rbegin(); change != file->unsynced.rend(); ++change)
        undo(*file, *change);
      if (loss == DiskLoss::torn) {
        for (const auto& change : file->unsynced) {
          if (choice.chance(500'000)) redo(*file, change);
        }
      }
      file->unsynced.clear();
    }
    file->locks = {};
  }
  if (loss != DiskLoss::none) durable_ = files_;
}

std::uint64_t Disk::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [name, file] : files_) sum += file->bytes.size();
  return sum;
}

std::uint64_t Disk::unsynced_writes() const {
  std::uint64_t sum = 0;
  for (const auto& [name, file] : files_) sum += file->unsynced.size();
  return sum;
}

std::vector<std::string> Disk::files() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) names.push_back(name);
  return names;
}

std::optional<std::vector<std::byte>> Disk::content(std::string_view file) const {
  const auto at = files_.find(std::string(file));
  if (at == files_.end()) return std::nullopt;
  return at->second->bytes;
}

}  // namespace mr::world
