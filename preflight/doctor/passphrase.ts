import { createDecipheriv, pbkdf2Sync } from "node:crypto";

/** Text that Pulumi encrypts with a new passphrase, for later verification. */
const KNOWN_TEXT = "pulumi";

/** Rounds and length of the key, as the CLI derives it (PBKDF2, SHA-256). */
const ROUNDS = 1_000_000;
const KEY_BYTES = 32;

/** Length of GCM's tag at the end of an encrypted text. */
const TAG_BYTES = 16;

/**
 * Whether a passphrase is the one that a stack was made with; `undefined` for a salt of another form.
 * @param salt `encryptionsalt` of the stack file: `v1:<salt>:v1:<nonce>:<encrypted text>`, each part in base64.
 */
export function fits(passphrase: string, salt: string): boolean | undefined {
    const [outer, keySalt, inner, nonce, encrypted, ...rest] = salt.split(":");
    if (outer !== "v1" || inner !== "v1" || !keySalt || !nonce || !encrypted || rest.length > 0) {
        return undefined;
    }
    const bytes = (base64: string) => Buffer.from(base64, "base64");
    const key = pbkdf2Sync(passphrase, bytes(keySalt), ROUNDS, KEY_BYTES, "sha256");
    const text = bytes(encrypted);
    const decipher = createDecipheriv("aes-256-gcm", key, bytes(nonce));
    decipher.setAuthTag(text.subarray(-TAG_BYTES));
    try {
        return decipher.update(text.subarray(0, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8") === KNOWN_TEXT;
    } catch {
        return false;
    }
}
