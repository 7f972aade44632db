import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { inNamespace } from "../kubernetes/namespaced";
import { readDocuments } from "../manifests/documents";
import type { ReleaseChart, ReleaseInputs } from "./release";
import type { RenderedObject, Rendering } from "../kubernetes/rendering";
import { runHelm, type HelmResult } from "./run";

/** Renderings by hash of the inputs: every rule needs the same one. */
const cache = new Map<string, Promise<Rendering>>();

/** Name of a repository with credentials while a chart is rendered. */
const REPOSITORY = "policy";

/** Renders the chart of a release, once for equal inputs. */
export function render(inputs: ReleaseInputs): Promise<Rendering> {
    const key = createHash("sha256")
        .update(JSON.stringify([inputs, clusterFlags()]))
        .digest("hex");
    const known = cache.get(key);
    if (known !== undefined) {
        return known;
    }
    const rendering = renderChart(inputs);
    cache.set(key, rendering);
    return rendering;
}

async function renderChart(inputs: ReleaseInputs): Promise<Rendering> {
    const folder = await mkdtemp(path.join(tmpdir(), "policy-helm-"));
    try {
        const { output, error } = await template(inputs, folder);
        if (output === undefined) {
            return { type: "failed", reason: withoutSecrets(error, inputs) };
        }
        const { manifests, faults } = readDocuments(output);
        if (faults[0] !== undefined) {
            return { type: "failed", reason: `Its rendered output cannot be read. ${faults[0]}` };
        }
        const objects = manifests.map(({ body, template }): RenderedObject => {
            return { body: inNamespace(body, inputs.namespace), template };
        });
        return { type: "rendered", objects };
    } catch (error) {
        // Leaves out the message, which may quote an input. Rethrown, it would end the update.
        return {
            type: "failed",
            reason: `The inputs cannot be used (${error instanceof Error ? error.name : "error"}).`,
        };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Runs `helm template`. Values are passed on standard input, credentials in files that only this user can read. */
async function template(inputs: ReleaseInputs, folder: string): Promise<HelmResult> {
    const { name, namespace, version, devel, dependencyUpdate, postRenderer, values } = inputs;
    const { verify, keyring, skipCrds, skipHooks } = inputs;
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
        ...flag("--version", version),
        ...(devel ? ["--devel"] : []),
        ...(dependencyUpdate ? ["--dependency-update"] : []),
        ...flag("--post-renderer", postRenderer),
        ...(verify ? ["--verify"] : []),
        ...flag("--keyring", keyring),
        // Installing a release creates the CRDs of its chart; `helm template` leaves them out by default.
        skipCrds ? "--skip-crds" : "--include-crds",
        ...(skipHooks ? ["--no-hooks"] : []),
        ...clusterFlags(),
    ];
    const valueArguments = [...files, "-"].flatMap((file) => ["--values", file]);
    const fixed = ["--namespace", namespace, "--skip-tests"];
    return runHelm(
        ["template", ...fixed, ...optional, ...valueArguments, ...source.flags, "--", name, source.chart],
        JSON.stringify(values),
    );
}

/** A flag with its value, if set. */
function flag(name: string, value: string | undefined): string[] {
    return value === undefined || value === "" ? [] : [name, value];
}

/**
 * Capabilities of the cluster, from `X0TTA6BL4_KUBE_VERSION` (e.g. `v1.33.1`) and `X0TTA6BL4_API_VERSIONS` (e.g.
 * `monitoring.coreos.com/v1`, separated by commas). A pack has no access to the cluster; without these variables helm assumes the
 * Kubernetes version that it was built for, and its built-in APIs.
 */
function clusterFlags(): string[] {
    const versions = (process.env.X0TTA6BL4_API_VERSIONS ?? "").split(",").map((version) => version.trim());
    return [
        ...flag("--kube-version", process.env.X0TTA6BL4_KUBE_VERSION),
        ...versions.flatMap((version) => flag("--api-versions", version)),
    ];
}

/** The arguments that locate the chart; an error text when it cannot be reached. */
async function chartArguments(
    { chart, repository, username = "", password = "", caFile, certFile, keyFile }: ReleaseChart,
    folder: string,
): Promise<{ readonly chart: string; readonly flags: readonly string[] } | string> {
    const tls = [...flag("--ca-file", caFile), ...flag("--cert-file", certFile), ...flag("--key-file", keyFile)];
    if (username === "" && password === "") {
        return { chart, flags: [...flag("--repo", repository), ...tls] };
    }
    if (repository === undefined) {
        const host = new URL(chart.startsWith("oci://") ? chart : "oci://unknown").host;
        const auth = Buffer.from(`${username}:${password}`).toString("base64");
        const file = path.join(folder, "registry.json");
        await writeFile(file, JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
        return { chart, flags: ["--registry-config", file, ...tls] };
    }
    const file = path.join(folder, "repositories.yaml");
    const flags = ["--repository-config", file, "--repository-cache", path.join(folder, "cache")];
    // The repository entry refers to these files, so that they apply to its index and its charts.
    const entry = { name: REPOSITORY, url: repository, username, password, caFile, certFile, keyFile };
    await writeFile(file, JSON.stringify({ apiVersion: "", repositories: [entry] }), { mode: 0o600 });
    const { output, error } = await runHelm(["repo", "update", ...flags], "");
    return output === undefined ? error : { chart: `${REPOSITORY}/${chart}`, flags };
}

/** The error output of helm without any value: charts quote values in their errors. */
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
