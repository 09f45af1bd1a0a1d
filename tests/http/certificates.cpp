#include "certificates.hpp"

#include <cstdio>
#include <ctime>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace sagas::http::testing {
namespace {

using key_ptr = std::shared_ptr<EVP_PKEY>;
using certificate_ptr = std::shared_ptr<X509>;

void need(bool done, const char* what) {
  if (!done)
    throw std::runtime_error{what};
}

key_ptr fresh_pair() {
  key_ptr key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  need(key != nullptr, "no key");
  return key;
}

void extend(X509* to, X509* issuer, int what, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  const std::shared_ptr<X509_EXTENSION> made{X509V3_EXT_conf_nid(nullptr, &context, what, value),
                                             X509_EXTENSION_free};
  need(made && X509_add_ext(to, made.get(), -1) == 1, "no extension");
}

certificate_ptr certificate_of(const std::string& name, EVP_PKEY* key) {
  certificate_ptr made{X509_new(), X509_free};
  long serial = 0;
  need(made && RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 4) == 1, "no certificate");
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 86'400);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  need(X509_set_pubkey(made.get(), key) == 1, "no public key");
  return made;
}

void sign(X509* what, X509* issuer, EVP_PKEY* key) {
  X509_set_issuer_name(what, X509_get_subject_name(issuer));
  need(X509_sign(what, key, EVP_sha256()) > 0, "not signed");
}

template <class Write>
void write_file(const std::string& path, Write write) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  need(file != nullptr, "no file");
  const bool written = write(file) == 1;
  need(std::fclose(file) == 0 && written, "not written");
}

} // namespace

authority::authority(std::string name, std::string folder)
  : folder_(std::move(folder)), file_(folder_ + "/" + name + ".pem"), key_(fresh_pair()),
    certificate_(certificate_of(name, key_.get())) {
  extend(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate_.get(), certificate_.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  sign(certificate_.get(), certificate_.get(), key_.get());
  write_file(file_, [&](std::FILE* to) { return PEM_write_X509(to, certificate_.get()); });
}

authority::issued authority::issue(const std::string& name) const {
  const key_ptr key = fresh_pair();
  const certificate_ptr made = certificate_of(name, key.get());
  extend(made.get(), certificate_.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  sign(made.get(), certificate_.get(), key_.get());
  issued files{folder_ + "/" + name + ".crt", folder_ + "/" + name + ".key"};
  write_file(files.certificate, [&](std::FILE* to) { return PEM_write_X509(to, made.get()); });
  write_file(files.key, [&](std::FILE* to) {
    return PEM_write_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return files;
}

} // namespace sagas::http::testing
