import type { ReleaseInputs } from "./release";

/** The error output of helm without any value: charts quote values in their errors. */
export function withoutSecrets(text: string, inputs: ReleaseInputs): string {
    const secrets = [inputs.username, inputs.password, ...leaves(inputs.values), ...inputs.valueFiles.flatMap(leaves)];
    const scrubbed = secrets
        .filter((secret): secret is string => typeof secret === "string" && secret.length >= 4)
        .sort((a, b) => b.length - a.length)
        .reduce((rest, secret) => rest.replaceAll(secret, "[value]"), text);
    return /[.!?]$/.test(scrubbed) ? scrubbed : `${scrubbed}.`;
}

function leaves(value: unknown): unknown[] {
    if (typeof value !== "object" || value === null) {
        return typeof value === "number" ? [String(value)] : [value];
    }
    return Object.values(value).flatMap(leaves);
}
