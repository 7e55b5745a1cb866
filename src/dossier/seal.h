#ifndef DOSSIER_SEAL_H
#define DOSSIER_SEAL_H

#include "base/text.h"
#include "dossier/journal.h"

/*
 * A seal signs the state of a dossier with the user's own Ed25519 key (RFC 8032): seal.json holds
 *
 *     at, by       who sealed it and when
 *     state        SHA-256 over "DIGEST  NAME\n" of every file the journal watches but seal.json,
 *                  and of every file in evidence/, sorted by name
 *     journal      hash of the last line of the journal before the seal
 *     public_key   32 bytes in hex
 *     signature    64 bytes in hex, over "proviso seal 1\nSTATE\nJOURNAL\nAT\nBY\n"
 *
 * Writing it is a step of the journal like any other. The journal alone shows changes to somebody
 * who kept its last hash; the seal shows them to everybody who has the public key.
 */

/* Seals the dossier, which must be locked. KEY is a PEM file with an Ed25519 private key. */
struct error *seal_make(struct dossier *dossier, const struct journal_actor *actor,
                        const char *key) MUST_CHECK;

/*
 * Proves that nothing was altered: every line of the journal follows from the one before, every
 * file stands as the last line that names it says, every evidence file as its answer says, and
 * the seal is good. *GOOD is false otherwise. OUT says, line by line, what was looked at and what
 * is wrong. KEY is a PEM file with the public key that must have made the seal, or NULL.
 */
struct error *seal_verify(struct dossier *dossier, const char *key, struct text *out,
                          bool *good) MUST_CHECK;

#endif
