import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { z } from "zod";
import { at } from "../../support/program";
import { run } from "../../../process/run";
import { localPaths } from "../../../process/paths";
import { findTool } from "../../../tools/find";

/** A Kubernetes object as plain data. */
export type Manifest = Readonly<Record<string, unknown>>;

/** Time of one call (ms); each takes a second, and one that asks a cluster by mistake would wait for ever. */
const TIMEOUT_MS = 60_000;

const configMapSchema = z.object({
    kind: z.literal("ConfigMap"),
    metadata: z.object({ name: z.string() }),
    data: z.record(z.string(), z.string()),
});

/** What tests that need istioctl are skipped with. */
export const WITHOUT =
    "istioctl is not installed: npx x0 pipeline tools istioctl builds it, X0TTA6BL4_ISTIOCTL or PATH may name one";

/** Where istioctl is: a given one, PATH, or the cache; it is never built here. */
export async function findIstioctl(): Promise<string | undefined> {
    return process.env.X0TTA6BL4_ISTIOCTL ?? (await findTool("istioctl", localPaths())).tool?.path;
}

/** Options of {@link call}. */
interface CallOptions {
    /** Whether proxies are native sidecars. Default: true. */
    readonly native?: boolean;
    /** Whether findings, which are an exit code of their own, are no error. Default: false. */
    readonly findings?: boolean;
}

/** `AnalyzerFoundIssuesError` of istioctl (cmd/istioctl/main.go). */
const FOUND_ISSUES = 79;

/** Calls istioctl where it can reach no cluster. */
async function call(istioctl: string, args: readonly string[], { native = true, findings = false }: CallOptions = {}) {
    return run(istioctl, args, {
        env: { ...process.env, KUBECONFIG: "/dev/null", ENABLE_NATIVE_SIDECARS: String(native) },
        timeoutMs: TIMEOUT_MS,
        allowExit: findings ? [FOUND_ISSUES] : [],
    });
}

/** A folder for files of one call. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "x0tta6bl4-istio-"));
    try {
        return await work(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

function documents(text: string): Manifest[] {
    return parseAllDocuments(text)
        .map((document) => z.record(z.string(), z.unknown()).safeParse(document.toJS()).data)
        .filter((document) => document !== undefined);
}

/** The objects of an Istio installation, from the charts inside istioctl. @param values Helm values, and `meshConfig`. */
export function installation(istioctl: string, values: Manifest): Promise<Manifest[]> {
    return inFolder(async (folder) => {
        const { meshConfig, ...others } = values;
        const plugin = at(values, "pilot", "cni", "enabled") === true;
        const file = join(folder, "operator.yaml");
        const spec = { components: { cni: { enabled: plugin } }, meshConfig: meshConfig ?? {}, values: others };
        await writeFile(file, stringify({ apiVersion: "install.istio.io/v1alpha1", kind: "IstioOperator", spec }));
        const { stdout } = await call(istioctl, ["manifest", "generate", "-f", file]);
        return documents(stdout);
    });
}

/** A workload as the injector of an installation makes it. @throws CommandError with what the injector says. */
export function injected(
    istioctl: string,
    installed: readonly Manifest[],
    workload: Manifest,
    native: boolean,
): Promise<Manifest> {
    const data = (name: string, key: string) => {
        const maps = installed.flatMap((object) => configMapSchema.safeParse(object).data ?? []);
        return maps.find(({ metadata }) => metadata.name === name)?.data[key] ?? "";
    };
    return inFolder(async (folder) => {
        const files = {
            filename: stringify(workload),
            injectConfigFile: data("istio-sidecar-injector", "config"),
            valuesFile: data("istio-sidecar-injector", "values"),
            meshConfigFile: data("istio", "mesh"),
        };
        const flags = await Promise.all(
            Object.entries(files).map(async ([flag, text]) => {
                await writeFile(join(folder, flag), text);
                return [`--${flag}`, join(folder, flag)];
            }),
        );
        const output = join(folder, "output");
        // A revision is named, since istioctl would ask a cluster for it.
        const args = ["kube-inject", "--revision", "default", ...flags.flat(), "--output", output];
        await call(istioctl, args, { native });
        const [found] = documents(await readFile(output, "utf8"));
        if (found === undefined) {
            throw new Error("the injector returned nothing");
        }
        return found;
    });
}

/** What istioctl's analyzers say about objects; empty when they find nothing. */
export function analysis(istioctl: string, objects: readonly Manifest[]): Promise<string[]> {
    return inFolder(async (folder) => {
        const file = join(folder, "objects.yaml");
        await writeFile(file, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
        const args = [
            "analyze",
            "--use-kube=false",
            "--all-namespaces",
            "--failure-threshold",
            "Info",
            "--output",
            "json",
            file,
        ];
        const { stdout, stderr } = await call(istioctl, args, { findings: true });
        // What it cannot read it leaves out, with this on standard error.
        if (/could not be parsed|adding files/.test(stderr)) {
            throw new Error(stderr);
        }
        const found = z.array(z.object({ code: z.string(), origin: z.string().default(""), message: z.string() }));
        return (found.nullable().parse(JSON.parse(stdout)) ?? []).map(
            ({ code, origin, message }) => `${code} ${origin}: ${message}`,
        );
    });
}
