import { isMap, Secret } from "./values";
import type { PropertyMap, Value } from "./values";

/**
 * The secret texts within a value, longest first; very short ones are excluded, because they would hide ordinary words.
 */
function secretTexts(value: Value, isSecret = false): string[] {
    if (value instanceof Secret) {
        return secretTexts(value.value, true);
    }
    if (Array.isArray(value)) {
        return value.flatMap((item) => secretTexts(item, isSecret));
    }
    if (isMap(value)) {
        return Object.values(value).flatMap((item) => secretTexts(item, isSecret));
    }
    return isSecret && typeof value === "string" && value.length >= 4 ? [value] : [];
}

/** Removes the secrets of the inputs from a message: the API server, helm and charts include values in their errors. */
export function redact(message: string, inputs: PropertyMap): string {
    return secretTexts(inputs)
        .flatMap((secret) => [secret, Buffer.from(secret).toString("base64")])
        .sort((a, b) => b.length - a.length)
        .reduce((result, secret) => result.replaceAll(secret, "[secret]"), message);
}
