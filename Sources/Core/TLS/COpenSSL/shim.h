#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* Macros cannot be imported; these are their plain forms. */

static inline void copenssl_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void copenssl_bio_clear_retry_flags(BIO *bio) { BIO_clear_retry_flags(bio); }

static inline int copenssl_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

/* A passphrase is never asked for on the terminal: an encrypted key is an error. */
static inline int copenssl_no_passphrase(char *buffer, int size, int writing, void *context) {
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

/* The ALPN list (RFC 7301): each name is preceded by its length. */
static const unsigned char copenssl_alpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/* A client that offers ALPN without http/1.1 gets no_application_protocol (RFC 7301, section 3.2). */
static inline int copenssl_select_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_length,
                                       const unsigned char *offered, unsigned int offered_length, void *context) {
    (void)ssl, (void)context;
    int chosen = SSL_select_next_proto((unsigned char **)out, out_length, copenssl_alpn, sizeof copenssl_alpn,
                                       offered, offered_length);
    return chosen == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/*
 * Parameters keep the pointers to their names: a name that Swift lends for the call that makes one is gone by the time it
 * is read. 1 for success.
 */
static inline int copenssl_hmac_init(EVP_MAC_CTX *context, const unsigned char *key, size_t key_length,
                                     char *digest) {
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
    return EVP_MAC_init(context, key, key_length, parameters);
}

/* AES-128-GMAC under an IV of zeros. */
static inline int copenssl_gmac_init(EVP_MAC_CTX *context, const unsigned char *key, size_t key_length) {
    char cipher[] = "AES-128-GCM";
    unsigned char vector[12] = {0};
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher, 0),
                               OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_IV, vector, sizeof vector),
                               OSSL_PARAM_construct_end()};
    return EVP_MAC_init(context, key, key_length, parameters);
}

/*
 * What server and client contexts share: TLS 1.2 and up, forward secrecy with authenticated encryption only, no
 * renegotiation, no compression, record buffers given back while a connection is idle. 1 for success.
 */
static inline int copenssl_harden(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    /* Tickets resume sessions without a table on our side. */
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_default_passwd_cb(context, copenssl_no_passphrase);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1
        && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
}

static inline void copenssl_server_alpn(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, copenssl_select_alpn, NULL);
}

/* SSL_CTX_set_alpn_protos is the one function here for which 0 is success. */
static inline int copenssl_client_alpn(SSL_CTX *context) {
    return SSL_CTX_set_alpn_protos(context, copenssl_alpn, sizeof copenssl_alpn) == 0;
}

#endif
