// The disk of a virtual host: files in memory, each with what is durable and what was written since its last
// sync.
//
// SQLite reads and writes it through the VFS "makeready-world" (vfs.cpp), under the paths that path() gives.
// A sync makes the file's content durable; a file's first sync, and a deletion that asks for it, sync the
// directory: every creation and deletion so far is durable then. A deletion after which the directory was not
// synced is undone by a power cut. A power cut also ends every open handle: those of before it fail with
// SQLITE_IOERR and change nothing. threading: one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reference/runtime/entropy.hpp"

namespace mr::world {

struct DiskFile;  // vfs.hpp

// What a power cut leaves of the writes that were not synced.
enum class DiskLoss : std::uint8_t {
  none,  // all survive: only the process died, the system's cache did not
  all,   // none survives
  torn,  // a seeded choice survives, each write whole or not at all, whatever their order was
};

class Disk {
 public:
  Disk();
  ~Disk();
  Disk(const Disk&) = delete;

  // The name under which SQLite opens `file` of this disk, with vfs_name(). Valid while the disk lives.
  std::string path(std::string_view file) const;
  // Registers the VFS on first use.
  static const char* vfs_name();

  // `choice` decides what survives of DiskLoss::torn.
  void power_cut(DiskLoss loss, runtime::Stream64 choice);

  // Room for all files together; writes beyond it fail with SQLITE_FULL. Absent: no limit.
  void set_bytes_max(std::optional<std::uint64_t> bytes_max) { bytes_max_ = bytes_max; }
  // While false, every sync fails with SQLITE_IOERR_FSYNC and makes nothing durable.
  void set_sync_works(bool works) { sync_works_ = works; }

  std::uint64_t bytes() const;  // in all files
  std::uint64_t unsynced_writes() const;
  std::uint64_t syncs() const { return syncs_; }
  std::vector<std::string> files() const;
  // The content of one file as a reader sees it now; nothing where there is no such file.
  std::optional<std::vector<std::byte>> content(std::string_view file) const;

  // Of the VFS.
  std::shared_ptr<DiskFile> open(std::string_view file, bool create);
  bool remove(std::string_view file, bool durably);
  bool exists(std::string_view file) const { return files_.contains(std::string(file)); }
  bool write(DiskFile& file, std::uint64_t offset, std::span<const std::byte> bytes);  // false: full
  void truncate(DiskFile& file, std::uint64_t size);
  bool sync(const std::shared_ptr<DiskFile>& file);
  std::uint64_t mount() const { return mount_; }

 private:
  std::uint64_t number_;
  std::uint64_t mount_ = 1;  // counts power cuts: a handle of an earlier mount is dead
  std::uint64_t syncs_ = 0;
  std::optional<std::uint64_t> bytes_max_;
  bool sync_works_ = true;
  std::map<std::string, std::shared_ptr<DiskFile>> files_;
  std::map<std::string, std::shared_ptr<DiskFile>> durable_;  // the directory as a power cut leaves it
};

}  // namespace mr::world
