import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { isObject } from "../engine/field";
import { readDocuments } from "../manifests/documents";
import type { ReleaseInputs } from "./release";
import type { RenderedObject, Rendering } from "../kubernetes/rendering";
import { runHelm, type HelmResult } from "./run";

/** Renderings by a hash of the inputs: every rule asks for the same one. */
const cache = new Map<string, Promise<Rendering>>();

/** Name that a repository with credentials goes by while a chart is rendered. */
const REPOSITORY = "policy";

/** Kinds that are in no namespace. */
const CLUSTER_KINDS =
    /^(?:Namespace|Node|PersistentVolume|ClusterRole|ClusterRoleBinding|CustomResourceDefinition|StorageClass|PriorityClass|APIService|IngressClass|RuntimeClass|CSIDriver|CSINode|PodSecurityPolicy|.*WebhookConfiguration|ValidatingAdmissionPolicy.*|MutatingAdmissionPolicy.*)$/;

/** Renders the chart of a release, once for the same inputs. */
export function render(inputs: ReleaseInputs): Promise<Rendering> {
    const key = createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
    const known = cache.get(key);
    if (known !== undefined) {
        return known;
    }
    const rendering = renderAnew(inputs);
    cache.set(key, rendering);
    return rendering;
}

async function renderAnew(inputs: ReleaseInputs): Promise<Rendering> {
    const folder = await mkdtemp(path.join(tmpdir(), "policy-helm-"));
    try {
        const { output, error } = await template(inputs, folder);
        if (output === undefined) {
            return { type: "failed", reason: withoutSecrets(error, inputs) };
        }
        // Loaded only now: most stacks have no releases, and the YAML parser is large.
        const yaml = await import("yaml");
        const { manifests, faults } = readDocuments(output, yaml);
        if (faults[0] !== undefined) {
            return { type: "failed", reason: `What it makes can't be read. ${faults[0]}` };
        }
        const objects = manifests.map(({ body, template }): RenderedObject => {
            return { body: inNamespace(body, inputs.namespace), template };
        });
        return { type: "rendered", objects };
    } catch (error) {
        // Not its message, which may quote an input. Thrown on, it would end the update.
        return {
            type: "failed",
            reason: `The inputs can't be used (${error instanceof Error ? error.name : "error"}).`,
        };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Runs `helm template`. Values go to its standard input, credentials into files that only this user can read. */
async function template(inputs: ReleaseInputs, folder: string): Promise<HelmResult> {
    const { name, namespace, version, devel, dependencyUpdate, postRenderer, values } = inputs;
    const source = await chartArguments(inputs, folder);
    if (typeof source === "string") {
        return { error: source };
    }
    const files = await Promise.all(
        inputs.valueFiles.map(async (file, index) => {
            if ("location" in file) {
                return file.location;
            }
            const own = path.join(folder, `values-${index}.yaml`);
            await writeFile(own, file.text, { mode: 0o600 });
            return own;
        }),
    );
    const optional = [
        ...(version === undefined || version === "" ? [] : ["--version", version]),
        ...(devel ? ["--devel"] : []),
        ...(dependencyUpdate ? ["--dependency-update"] : []),
        ...(postRenderer === undefined || postRenderer === "" ? [] : ["--post-renderer", postRenderer]),
    ];
    const valueArguments = [...files, "-"].flatMap((file) => ["--values", file]);
    const fixed = ["--namespace", namespace, "--skip-crds", "--skip-tests"];
    return runHelm(
        ["template", ...fixed, ...optional, ...valueArguments, ...source.flags, "--", name, source.chart],
        JSON.stringify(values),
    );
}

/** The arguments that say where the chart is; a text when it can't be had. */
async function chartArguments(
    { chart, repository, username = "", password = "" }: ReleaseInputs,
    folder: string,
): Promise<{ readonly chart: string; readonly flags: readonly string[] } | string> {
    if (username === "" && password === "") {
        return { chart, flags: repository === undefined ? [] : ["--repo", repository] };
    }
    if (repository === undefined || chart.startsWith("oci://")) {
        const host = new URL(chart.startsWith("oci://") ? chart : "oci://unknown").host;
        const auth = Buffer.from(`${username}:${password}`).toString("base64");
        const file = path.join(folder, "registry.json");
        await writeFile(file, JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
        return { chart, flags: ["--registry-config", file] };
    }
    const file = path.join(folder, "repositories.yaml");
    const flags = ["--repository-config", file, "--repository-cache", path.join(folder, "cache")];
    const entry = { name: REPOSITORY, url: repository, username, password };
    await writeFile(file, JSON.stringify({ apiVersion: "", repositories: [entry] }), { mode: 0o600 });
    const { output, error } = await runHelm(["repo", "update", ...flags], "");
    return output === undefined ? error : { chart: `${REPOSITORY}/${chart}`, flags };
}

/** Puts an object into the namespace of its release, as helm does where a template names none. */
function inNamespace(body: RenderedObject["body"], namespace: string): RenderedObject["body"] {
    const metadata = isObject(body.metadata) ? body.metadata : {};
    if (metadata.namespace !== undefined || CLUSTER_KINDS.test(String(body.kind))) {
        return body;
    }
    return { ...body, metadata: { ...metadata, namespace } };
}

/** What helm says, without any value: charts quote them in their errors. */
function withoutSecrets(text: string, inputs: ReleaseInputs): string {
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
