import { isMap, Secret } from "./values";
import type { PropertyMap, Value } from "./values";

/** The texts that are secret within a value, long ones first; too short ones would hide ordinary words. */
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

/** A message without the secrets of the inputs: the API server, helm and charts put values into their errors. */
export function redact(message: string, inputs: PropertyMap): string {
    return secretTexts(inputs)
        .flatMap((secret) => [secret, Buffer.from(secret).toString("base64")])
        .sort((a, b) => b.length - a.length)
        .reduce((result, secret) => result.replaceAll(secret, "[secret]"), message);
}
