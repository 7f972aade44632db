import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { providerUrn, type Resource } from "../../engine/state";

/** The least project file of a program in plain JavaScript. */
const PROJECT = `name: x0tta6bl4
runtime:
  name: nodejs
  options:
    typescript: false
`;

/** Writes what makes a folder the project of a program in `index.js`. */
export function writeProject(folder: string, name: string): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "Pulumi.yaml"), PROJECT);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, main: "index.js" }));
}

/** Registers what resources.json lists, in its order, which has parents and providers first. */
const PROGRAM = `const pulumi = require("@pulumi/pulumi");
const made = new Map();
for (const { urn, type, name, custom, inputs, parent, provider, options } of require("./resources.json")) {
    const opts = { ...options, parent: made.get(parent), provider: made.get(provider) };
    const Resource = type.startsWith("pulumi:providers:") ? pulumi.ProviderResource : custom ? pulumi.CustomResource : pulumi.ComponentResource;
    const kind = Resource === pulumi.ProviderResource ? type.split(":").at(-1) : type;
    made.set(urn, new Resource(kind, name, inputs, opts));
}
`;

/** Marks a secret in a state, and in a program's inputs. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** What a preview shows instead of a value that it does not know, and of a secret. */
const WITHOUT_VALUE: readonly unknown[] = ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[secret]"];

/** Inputs as constants, without those that a preview does not show, secrets in plain text: what is encrypted costs the engine, not the program. */
export function constant(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(constant);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (SIGNATURE in value && "plaintext" in value && typeof value.plaintext === "string") {
        return JSON.parse(value.plaintext);
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key]) => !key.startsWith("__"))
            .map(([key, child]) => [key, constant(child)])
            .filter(([, child]) => !WITHOUT_VALUE.includes(child)),
    );
}

/**
 * Writes the least program that registers the same resources: plain JavaScript, constant inputs, nothing but the SDK. What a
 * preview of it takes, no program can do without.
 * @param folder Where to; within the checkout, where it finds the SDK.
 * @param resources Resources of a state with secrets in plain text, or of a preview.
 */
export function writeFloor(folder: string, resources: readonly Resource[]): string {
    writeProject(folder, "floor");
    const registered = resources
        .filter(({ type }) => type !== "pulumi:pulumi:Stack")
        .map(({ urn, type, custom, inputs, parent, provider, additionalSecretOutputs }) => ({
            urn,
            type,
            name: urn.split("::").at(-1),
            custom,
            inputs: constant(inputs ?? {}),
            parent,
            provider: providerUrn({ provider }),
            options: { additionalSecretOutputs },
        }));
    writeFileSync(join(folder, "index.js"), PROGRAM);
    writeFileSync(join(folder, "resources.json"), JSON.stringify(registered));
    return folder;
}
