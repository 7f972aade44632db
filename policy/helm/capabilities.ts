import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { isObject } from "../engine/field";
import { tryJson } from "../manifests/json";
import { flag, runHelm } from "./run";
import type { ReleaseTarget } from "./target";

/** Capabilities of a cluster, for charts. */
export interface Capabilities {
    /** Version of Kubernetes, e.g. `v1.33.1`. */
    readonly kubeVersion?: string;
    /** Versions of groups and kinds, e.g. `apps/v1` and `apps/v1/Deployment`. */
    readonly apiVersions: readonly string[];
}

/** Capabilities of a cluster, or a sentence with the reason why they cannot be read, without any kubeconfig content. */
export type Answer = Capabilities | { readonly reason: string };

/** Timeout of the cluster, and of a credential plugin before it, in milliseconds. */
const PATIENCE = 10_000;

/** Answers by hash of the target, since every release needs them. */
const answers = new Map<string, Promise<Answer>>();

/**
 * A chart that records the result of helm's own discovery, which the update will also get. It is a hook, since helm
 * looks up other objects in the cluster.
 */
const PROBE = `apiVersion: v1
kind: ConfigMap
metadata: { name: probe, annotations: { helm.sh/hook: pre-install } }
data:
# {{ dict "kubeVersion" .Capabilities.KubeVersion.Version "apiVersions" .Capabilities.APIVersions | toJson }}
`;

/**
 * Queries the cluster of a target, once.
 * @param folder Private folder for files; it may be removed afterwards.
 */
export function capabilitiesOf(target: ReleaseTarget, folder: string): Promise<Answer> {
    const key = createHash("sha256").update(JSON.stringify(target)).digest("hex");
    const before = answers.get(key);
    if (before !== undefined) {
        return before;
    }
    const answer = ask(target, folder);
    answers.set(key, answer);
    return answer;
}

async function ask(target: ReleaseTarget, folder: string): Promise<Answer> {
    if (target.obstacle !== undefined) {
        return { reason: target.obstacle };
    }
    const chart = path.join(folder, "probe");
    await mkdir(path.join(chart, "templates"), { recursive: true });
    await writeFile(path.join(chart, "Chart.yaml"), "apiVersion: v2\nname: probe\nversion: 1.0.0\n");
    await writeFile(path.join(chart, "templates", "probe.yaml"), PROBE);
    const args = ["template", "--validate", ...(await clusterFlags(target, folder)), "--", "probe", chart];
    const { output, error } = await runHelm(args, "", { timeout: PATIENCE });
    const found = tryJson(/^# (\{.*\})$/m.exec(output ?? "")?.[1] ?? "");
    if (!isObject(found) || typeof found.kubeVersion !== "string" || !Array.isArray(found.apiVersions)) {
        return { reason: reasonFor(error) };
    }
    const texts = found.apiVersions.filter((version: unknown) => typeof version === "string");
    return { kubeVersion: found.kubeVersion, apiVersions: texts };
}

/**
 * Flags that bind helm to the cluster of a target. The text of a kubeconfig is written to a file that only this user
 * can read.
 */
export async function clusterFlags({ kubeconfig, context }: ReleaseTarget, folder: string): Promise<string[]> {
    return [...flag("--kubeconfig", await kubeconfigFile(kubeconfig, folder)), ...flag("--kube-context", context)];
}

async function kubeconfigFile(kubeconfig: string | undefined, folder: string): Promise<string | undefined> {
    if (kubeconfig === undefined || !isText(kubeconfig)) {
        return kubeconfig?.replace(/^~(?=\/)/, homedir());
    }
    const file = path.join(folder, "kubeconfig");
    await writeFile(file, kubeconfig, { mode: 0o600 });
    return file;
}

/** Whether a kubeconfig is given as text, not as a path: a text has several lines or is JSON. */
function isText(kubeconfig: string): boolean {
    return /[\n{]/.test(kubeconfig);
}

/** Causes of errors of helm and client-go. Their messages may quote a kubeconfig, so they are not passed on. */
const REASONS: readonly (readonly [RegExp, string])[] = [
    [/^helm took longer/, `The cluster did not answer within ${PATIENCE / 1000} seconds.`],
    [/context .* does not exist|no configuration has been provided/, "The kubeconfig has no such context."],
    [/getting credentials|exec plugin|executable .* (?:failed|not found)/, "The credential plugin failed."],
    [/x509|certificate/i, "The certificate of the API server is not trusted."],
    [/unauthorized|forbidden|asked for the client to provide/i, "The API server refuses the credentials."],
    [/dial tcp|refused|no such host|no route|timeout|deadline|EOF/i, "The API server cannot be reached."],
];

function reasonFor(error: string): string {
    const [, reason] = REASONS.find(([pattern]) => pattern.test(error)) ?? [];
    return reason ?? "Helm cannot use the kubeconfig.";
}
