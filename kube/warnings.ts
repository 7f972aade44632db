/**
 * Texts of a `Warning` header (RFC 7234): `299 - "first", 299 - "second"`, inner quotes are escaped; empty without a
 * header.
 */
export function warningsIn(header = ""): string[] {
    return Array.from(header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g), ([, text = ""]) =>
        text.replace(/\\(.)/g, "$1"),
    );
}
