/**
 * Sentinel strings for values that the engine does not know before the update, one per type. They are part of the
 * protocol between the Pulumi engine and its plugins, and the same in every SDK.
 */
const SENTINELS: ReadonlySet<string> = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
    "030794c1-ac77-496b-92df-f27374a8bd58", // asset
    "e48ece36-62e2-4504-bad9-02848725956a", // archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Length of each sentinel; few other strings have it. */
const LENGTH = 36;

/** Placeholder of `pulumi policy analyze --file` for a secret that it cannot decrypt. */
const REDACTED = "[secret]";

/** Whether a value is a sentinel: unknown before the update, or a secret that cannot be decrypted. */
export function isUnknown(value: unknown): boolean {
    return typeof value === "string" && (value === REDACTED || (value.length === LENGTH && SENTINELS.has(value)));
}
