// What a Disk and the SQLite VFS over it share: the content of one file, and the locks that its openers hold.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "simulators/world/disk.hpp"

namespace mr::world {

// One write or truncation since the last sync: what it did, and how to undo it.
struct Unsynced {
  std::uint64_t offset = 0;
  std::vector<std::byte> bytes;   // what was written
  std::vector<std::byte> before;  // what the range held, as far as the file reached
  std::uint64_t size_before = 0;
  std::uint64_t size_after = 0;
};

// Locks of SQLite's file protocol (SHARED, RESERVED, PENDING, EXCLUSIVE) and of its WAL index.
struct DiskLocks {
  int shared = 0;  // holders of SHARED and above
  bool reserved = false;
  bool pending = false;  // no new SHARED
  bool exclusive = false;
  static constexpr int slots = 8;
  std::array<int, slots> shm_shared{};
  std::array<bool, slots> shm_exclusive{};
  int shm_users = 0;
  // The WAL index: memory, lost in a power cut. A connection of before the cut still holds pointers into it.
  std::shared_ptr<std::vector<std::unique_ptr<std::byte[]>>> shm_regions;
};

struct DiskFile {
  std::string name;
  std::vector<std::byte> bytes;
  std::vector<Unsynced> unsynced;
  DiskLocks locks;
};

// Of the VFS: the disk that a path of Disk::path() is on, and the file's name. Null where there is none.
Disk* disk_of(std::string_view path, std::string& file);

}  // namespace mr::world
