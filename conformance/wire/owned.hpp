// OpenSSL's objects, owned. Private to this module.
#pragma once

#include <openssl/bio.h>
#include <openssl/x509.h>

#include <cstdlib>
#include <memory>
#include <string_view>

namespace mr::wire {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* p) const {
    release(p);
  }
};
using Bio = std::unique_ptr<BIO, Release<BIO_free>>;
using X509Ptr = std::unique_ptr<X509, Release<X509_free>>;

// What cannot fail but for a lack of memory or of entropy.
template <class T>
T must(T value) {
  if (!value) std::abort();
  return value;
}

// Reads `text`, which outlives it.
inline Bio bio_of(std::string_view text) {
  return Bio(must(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))));
}

}  // namespace mr::wire
