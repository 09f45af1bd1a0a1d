// Authorities and certificates, made when a test needs them.
#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace sagas::http::testing {

/// Who signs. Its own certificate is a file in PEM.
class authority {
public:
  authority(std::string name, std::string folder);

  /// The file of its certificate.
  const std::string& file() const { return file_; }

  struct issued {
    std::string certificate; ///< files
    std::string key;
  };
  /// A certificate for localhost and 127.0.0.1, and its key, under a name of their own.
  issued issue(const std::string& name) const;

private:
  std::string folder_;
  std::string file_;
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

} // namespace sagas::http::testing
