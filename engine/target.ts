import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { compareIdentity } from "../kube/identity";
import { loadContext } from "../kube/kubeconfig";
import { answers } from "../kube/reachable";
import { clusterReader, type Read } from "../kube/read";
import { type Environment, environmentOf } from "../settings/shared/environments";
import { CannotRun, messageOf } from "../errors";
import { shellWord } from "../shell";
import type { Place } from "./place";

/** A cluster that a stack can belong to. */
export interface Target {
    /** Context in the kubeconfig. */
    readonly context: string;
    /** Kubeconfig file; `undefined`: $KUBECONFIG or ~/.kube/config. */
    readonly kubeconfig?: string;
    /** UID of its namespace kube-system; `undefined` until it is read, or if it cannot be read. */
    readonly identifier?: string;
}

const optional = z
    .string()
    .min(1)
    .nullish()
    .transform((text) => text ?? undefined);

const targetSchema = z.object({ context: z.string().min(1), kubeconfig: optional, identifier: optional });

/** Inputs of the stack's provider. */
const providerSchema = targetSchema
    .omit({ identifier: true })
    .extend({ clusterIdentifier: optional })
    .transform(({ clusterIdentifier: identifier, ...target }) => ({ ...target, identifier }));

const stackFileSchema = z.object({
    config: z.object({ "x0tta6bl4:cluster": targetSchema.optional() }).nullish(),
});

/** Logical name of the stack's provider in the program. */
const PROVIDER = "cluster";

/** Cluster of a stack's objects, and of its settings. */
export interface StackTargets {
    /** The cluster with the objects; the configured one if there are none yet. */
    readonly own: Target;
    /** The configured cluster, if it is or may be another one. */
    readonly moved?: Target;
}

/**
 * The cluster of a stack. Its provider in the state tells where the objects are; the settings only where the next
 * update would go, and they may have changed since.
 * @throws CannotRun when neither names a context.
 */
export function targetsOf({ stack, state, configFile }: Pick<Place, "stack" | "state" | "configFile">): StackTargets {
    const provider = state.resources.find(
        ({ type, urn }) => type === "pulumi:providers:kubernetes" && urn.endsWith(`::${PROVIDER}`),
    );
    const used = providerSchema.safeParse(provider?.inputs).data;
    const wanted = settingsTarget(configFile);
    const own = used ?? wanted;
    if (own === undefined) {
        throw new CannotRun(
            `stack ${stack} has no cluster: it was never updated, and cluster.context is not set in ${configFile}`,
            `pulumi config set --stack ${shellWord(stack)} --path cluster.context NAME`,
        );
    }
    return wanted !== undefined && isAnother(own, wanted) ? { own, moved: wanted } : { own };
}

/**
 * Compares the identities; without them, a context with another name or file may refer to another cluster: every k3s
 * names it `default`.
 */
function isAnother(own: Target, wanted: Target): boolean {
    return own.identifier !== undefined && wanted.identifier !== undefined
        ? own.identifier !== wanted.identifier
        : own.context !== wanted.context || own.kubeconfig !== wanted.kubeconfig;
}

/** Description of a cluster by its settings. */
function describeTarget({ context, kubeconfig, identifier }: Target): string {
    const file = kubeconfig === undefined ? "" : ` of ${kubeconfig}`;
    return `${context}${file}${identifier === undefined ? "" : ` (cluster ${identifier})`}`;
}

function settingsTarget(file: string): Target | undefined {
    if (!existsSync(file)) {
        return undefined;
    }
    try {
        return stackFileSchema.safeParse(parse(readFileSync(file, "utf8"))).data?.config?.["x0tta6bl4:cluster"];
    } catch (error) {
        throw new CannotRun(`${file} cannot be read: ${messageOf(error)}`, "repair the file");
    }
}

/** A reachable cluster of a stack. */
export interface OpenCluster {
    /** Context and file. */
    readonly target: Target;
    /** Reads from it with the context's credentials. */
    readonly read: Read;
    /** Notes about unexpected differences, which are not errors. */
    readonly notes: readonly string[];
}

const namespaceSchema = z.object({ metadata: z.object({ name: z.string(), uid: z.string() }) });

/**
 * Opens the cluster of a stack and makes sure that it is the one which holds the stack's objects: a context may lead to
 * another cluster than yesterday.
 * @param strict Stop where the cluster is another one, or the settings name another context; else a note says so.
 */
export async function openCluster(place: Place, strict = false): Promise<OpenCluster> {
    const { own: target, moved } = targetsOf(place);
    const read = await reach(target);
    const notes = [
        ...(moved === undefined
            ? []
            : [
                  `the stack's objects are in context ${describeTarget(target)}, but the settings now name ` +
                      `${describeTarget(moved)}: the next update would leave them and create everything again there`,
              ]),
        ...(await identityNotes(place, target, read)),
    ];
    const [first] = notes;
    if (strict && first !== undefined) {
        throw new CannotRun(first, "fix the context or the setting first; docs/operations.md, section Wrong cluster");
    }
    return { target, read, notes };
}

async function reach({ context, kubeconfig }: Target): Promise<Read> {
    try {
        const loaded = loadContext({ context, kubeconfig });
        await answers(loaded).catch((error: unknown) => {
            throw new Error(
                `the API server ${loaded.server} of context ${context} does not answer: ${messageOf(error)}`,
            );
        });
        return await clusterReader({ context, kubeconfig });
    } catch (error) {
        throw new CannotRun(
            messageOf(error),
            "start the cluster (embedded: `npm run local`), or check: kubectl config get-contexts",
        );
    }
}

/**
 * What tells that a cluster is not the one with the stack's objects. Its own identity proves it, where the stack has
 * one written down and these credentials may see it; else the namespaces do, as far as there are any. A stack that has
 * an identity which nothing confirms gets a note, too.
 */
export async function identityNotes({ state }: Pick<Place, "state">, target: Target, read: Read): Promise<string[]> {
    const identity = await compareIdentity(target.identifier, read);
    if (identity.verdict === "other") {
        return [
            `context ${target.context} leads to another cluster than the stack's ` +
                `(UID of kube-system: ${identity.uid}, not ${target.identifier ?? ""})`,
        ];
    }
    const known = state.resources
        .filter(({ type, delete: going }) => type === "kubernetes:core/v1:Namespace" && going !== true)
        .flatMap(({ outputs }) => namespaceSchema.safeParse(outputs).data?.metadata ?? []);
    let confirmed = identity.verdict === "same" || identity.verdict === "unknown";
    const notes = await Promise.all(
        known.map(async ({ name, uid }) => {
            const answer = await read(`/api/v1/namespaces/${name}`);
            const live = answer.seen ? namespaceSchema.safeParse(answer.object).data?.metadata : undefined;
            confirmed ||= live?.uid === uid;
            return live === undefined || live.uid === uid
                ? []
                : `namespace ${name} in context ${target.context} is not the one that this stack created ` +
                      "(another UID): the context leads to another cluster, or the namespace was recreated";
        }),
    );
    const found = notes.flat();
    return found.length > 0 || confirmed
        ? found
        : [
              `it cannot be verified that context ${target.context} leads to the stack's cluster: ` +
                  "these credentials cannot read the namespace kube-system, and no namespace of the stack can be read",
          ];
}

/** The environment of a stack; its name was validated with the arguments. */
export function environment(stack: string): Environment {
    const found = environmentOf(stack);
    if (found === undefined) {
        throw new CannotRun(`${stack} is not a stack of this program`, "--stack staging");
    }
    return found;
}
