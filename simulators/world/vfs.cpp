// The SQLite VFS over Disk. Handles remember the mount under which they were opened: after a power cut they
// fail, and touch neither content nor locks. Shared memory (the WAL index) is plain memory, since all
// connections are of this process. SQL must not ask for the time or for random(): CURRENT_TIMESTAMP is an
// error here.
#include "simulators/world/vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "reference/protocol/result/result.hpp"

namespace mr::world {
namespace {

constexpr char name_of_vfs[] = "makeready-world";
constexpr int path_max = 512;

struct Handle {
  sqlite3_file base;  // first, as SQLite asks
  struct Open {
    std::string path;  // to find the disk again: it may be gone
    std::shared_ptr<DiskFile> file;
    std::uint64_t mount = 0;
    bool delete_on_close = false;
    int lock = SQLITE_LOCK_NONE;
    bool has_shm = false;
    std::array<bool, DiskLocks::slots> shm_shared{}, shm_exclusive{};
    std::shared_ptr<std::vector<std::unique_ptr<std::byte[]>>> shm_regions;
  } * open;
};

Handle::Open& opened(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file)->open; }

// The disk, while the handle is of its present mount.
Disk* mounted(const Handle::Open& open) {
  std::string file;
  Disk* disk = disk_of(open.path, file);
  return disk && disk->mount() == open.mount ? disk : nullptr;
}

int x_unlock(sqlite3_file* file, int level) {
  auto& open = opened(file);
  if (open.lock <= level) return SQLITE_OK;
  if (mounted(open)) {
    auto& locks = open.file->locks;
    if (open.lock >= SQLITE_LOCK_RESERVED && level < SQLITE_LOCK_RESERVED) locks.reserved = false;
    if (open.lock >= SQLITE_LOCK_PENDING && level < SQLITE_LOCK_PENDING) locks.pending = false;
    if (open.lock == SQLITE_LOCK_EXCLUSIVE) locks.exclusive = false;
    if (level == SQLITE_LOCK_NONE) --locks.shared;
  }
  open.lock = level;
  return SQLITE_OK;
}

int x_lock(sqlite3_file* file, int level) {
  auto& open = opened(file);
  if (open.lock >= level) return SQLITE_OK;
  if (!mounted(open)) return SQLITE_IOERR_LOCK;
  auto& locks = open.file->locks;
  if (open.lock == SQLITE_LOCK_NONE) {
    if (locks.pending || locks.exclusive) return SQLITE_BUSY;
    ++locks.shared;
    open.lock = SQLITE_LOCK_SHARED;
  }
  if (level >= SQLITE_LOCK_RESERVED && open.lock < SQLITE_LOCK_RESERVED) {
    if (locks.reserved) return SQLITE_BUSY;
    locks.reserved = true;
    open.lock = SQLITE_LOCK_RESERVED;
  }
  if (level == SQLITE_LOCK_EXCLUSIVE) {
    if (open.lock < SQLITE_LOCK_PENDING) {
      locks.pending = true;
      open.lock = SQLITE_LOCK_PENDING;
    }
    if (locks.shared > 1) return SQLITE_BUSY;
    locks.exclusive = true;
    open.lock = SQLITE_LOCK_EXCLUSIVE;
  }
  return SQLITE_OK;
}

int x_check_reserved(sqlite3_file* file, int* out) {
  *out = opened(file).file->locks.reserved;
  return SQLITE_OK;
}

int x_shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  auto& open = opened(file);
  if (!mounted(open)) return SQLITE_IOERR_SHMLOCK;
  auto& locks = open.file->locks;
  const bool exclusive = flags & SQLITE_SHM_EXCLUSIVE;
  if (flags & SQLITE_SHM_UNLOCK) {
    for (int i = offset; i < offset + n; ++i) {
      if (exclusive && std::exchange(open.shm_exclusive[i], false)) locks.shm_exclusive[i] = false;
      if (!exclusive && std::exchange(open.shm_shared[i], false)) --locks.shm_shared[i];
    }
    return SQLITE_OK;
  }
  for (int i = offset; i < offset + n; ++i) {
    if (locks.shm_exclusive[i] && !open.shm_exclusive[i]) return SQLITE_BUSY;
    if (exclusive && locks.shm_shared[i] > (open.shm_shared[i] ? 1 : 0)) return SQLITE_BUSY;
  }
  for (int i = offset; i < offset + n; ++i) {
    if (exclusive)
      locks.shm_exclusive[i] = open.shm_exclusive[i] = true;
    else if (!std::exchange(open.shm_shared[i], true))
      ++locks.shm_shared[i];
  }
  return SQLITE_OK;
}

int x_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  auto& open = opened(file);
  *out = nullptr;
  if (!mounted(open)) return SQLITE_IOERR_SHMMAP;
  auto& locks = open.file->locks;
  if (!std::exchange(open.has_shm, true)) {
    ++locks.shm_users;
    if (!locks.shm_regions) locks.shm_regions = std::make_shared<std::vector<std::unique_ptr<std::byte[]>>>();
    open.shm_regions = locks.shm_regions;
  }
  auto& regions = *open.shm_regions;
  const auto index = static_cast<std::size_t>(region);
  while (extend && regions.size() <= index)
    regions.push_back(std::make_unique<std::byte[]>(static_cast<std::size_t>(size)));  // zeroed
  if (index < regions.size()) *out = regions[index].get();
  return SQLITE_OK;
}

void x_shm_barrier(sqlite3_file*) {}

int x_shm_unmap(sqlite3_file* file, int remove) {
  auto& open = opened(file);
  if (!std::exchange(open.has_shm, false)) return SQLITE_OK;
  if (!mounted(open)) return SQLITE_OK;
  auto& locks = open.file->locks;
  open.shm_regions.reset();
  if (--locks.shm_users == 0 && remove) locks.shm_regions.reset();
  return SQLITE_OK;
}

int x_close(sqlite3_file* file) {
  auto& open = opened(file);
  x_unlock(file, SQLITE_LOCK_NONE);
  if (open.delete_on_close) {
    if (Disk* disk = mounted(open)) disk->remove(open.file->name, false);
  }
  delete &open;
  return SQLITE_OK;
}

int x_read(sqlite3_file* file, void* into, int amount, sqlite3_int64 offset) {
  auto& open = opened(file);
  if (!mounted(open)) return SQLITE_IOERR_READ;
  const auto& bytes = open.file->bytes;
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  const auto n = std::clamp<sqlite3_int64>(size - offset, 0, amount);
  if (n > 0) std::memcpy(into, bytes.data() + offset, static_cast<std::size_t>(n));
  if (n == amount) return SQLITE_OK;
  std::memset(static_cast<std::byte*>(into) + n, 0, static_cast<std::size_t>(amount - n));
  return SQLITE_IOERR_SHORT_READ;
}

int x_write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
  auto& open = opened(file);
  Disk* disk = mounted(open);
  if (!disk) return SQLITE_IOERR_WRITE;
  const std::span bytes(static_cast<const std::byte*>(from), static_cast<std::size_t>(amount));
  return disk->write(*open.file, static_cast<std::uint64_t>(offset), bytes) ? SQLITE_OK : SQLITE_FULL;
}

int x_truncate(sqlite3_file* file, sqlite3_int64 size) {
  auto& open = opened(file);
  Disk* disk = mounted(open);
  if (!disk) return SQLITE_IOERR_TRUNCATE;
  disk->truncate(*open.file, static_cast<std::uint64_t>(size));
  return SQLITE_OK;
}

int x_sync(sqlite3_file* file, int) {
  auto& open = opened(file);
  Disk* disk = mounted(open);
  return disk && disk->sync(open.file) ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int x_file_size(sqlite3_file* file, sqlite3_int64* size) {
  auto& open = opened(file);
  if (!mounted(open)) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(open.file->bytes.size());
  return SQLITE_OK;
}

int x_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int x_sector_size(sqlite3_file*) { return 4096; }
// A write survives whole or not at all, and does not touch its neighbours.
int x_characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

const sqlite3_io_methods methods = {2,
                                    x_close,
                                    x_read,
                                    x_write,
                                    x_truncate,
                                    x_sync,
                                    x_file_size,
                                    x_lock,
                                    x_unlock,
                                    x_check_reserved,
                                    x_control,
                                    x_sector_size,
                                    x_characteristics,
                                    x_shm_map,
                                    x_shm_lock,
                                    x_shm_barrier,
                                    x_shm_unmap,
                                    nullptr,
                                    nullptr};

int v_open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  std::string name;
  Disk* disk = path ? disk_of(path, name) : nullptr;
  if (!disk) return SQLITE_CANTOPEN;  // also temporary files: the stores keep those in memory
  auto content = disk->open(name, flags & SQLITE_OPEN_CREATE);
  if (!content) return SQLITE_CANTOPEN;
  auto* handle = reinterpret_cast<Handle*>(file);
  handle->open = new Handle::Open{.path = path,
                                  .file = std::move(content),
                                  .mount = disk->mount(),
                                  .delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0};
  file->pMethods = &methods;
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

// A connection of before a power cut must not delete what the next one uses: SQLite checks nothing of the
// kind, but deletes only after operations on a handle that succeeded.
int v_delete(sqlite3_vfs*, const char* path, int sync_directory) {
  std::string name;
  Disk* disk = disk_of(path, name);
  if (!disk) return SQLITE_IOERR_DELETE;
  return disk->remove(name, sync_directory != 0) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

int v_access(sqlite3_vfs*, const char* path, int, int* out) {
  std::string name;
  const Disk* disk = disk_of(path, name);
  *out = disk && disk->exists(name);
  return SQLITE_OK;
}

int v_full_path(sqlite3_vfs*, const char* path, int size, char* out) {
  const std::size_t n = std::strlen(path);
  if (n + 1 > static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::memcpy(out, path, n + 1);
  return SQLITE_OK;
}

int v_randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 0x5a, static_cast<std::size_t>(size));
  return size;
}
int v_sleep(sqlite3_vfs*, int microseconds) { return microseconds; }  // nothing changes meanwhile
int v_now(sqlite3_vfs*, double*) { return SQLITE_ERROR; }
int v_now_int64(sqlite3_vfs*, sqlite3_int64*) { return SQLITE_ERROR; }
int v_last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

const char* Disk::vfs_name() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs v{};
    v.iVersion = 2;
    v.szOsFile = sizeof(Handle);
    v.mxPathname = path_max;
    v.zName = name_of_vfs;
    v.xOpen = v_open;
    v.xDelete = v_delete;
    v.xAccess = v_access;
    v.xFullPathname = v_full_path;
    v.xRandomness = v_randomness;
    v.xSleep = v_sleep;
    v.xCurrentTime = v_now;
    v.xGetLastError = v_last_error;
    v.xCurrentTimeInt64 = v_now_int64;
    return v;
  }();
  static const bool registered = sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
  MR_ASSERT(registered);
  return name_of_vfs;
}

}  // namespace mr::world
