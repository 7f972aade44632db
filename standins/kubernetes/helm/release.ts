import { parse } from "yaml";
import { messageOf } from "../../../errors";
import { redact } from "../../protocol/redact";
import { PartialError } from "../../protocol/server";
import { containsUnknown, count, isMap, reveal, revealMap, Secret, text, Unknown } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import { markSecrets, prune } from "../checkpoint";
import { diffObjects } from "../diff";
import type { Handler } from "../handlers";
import { OFFICIAL_HINT } from "../official";
import { parseId, without } from "../object";
import type { ReadResult, ApiTarget } from "../target";
import { announceKind } from "../scope";
import { clientOf } from "../session";
import type { ClusterSession } from "../session";
import {
    chartArguments,
    DEFAULT_TIMEOUT_SECONDS,
    getArguments,
    installArguments,
    uninstallArguments,
    unservedInputs,
    upgradeArguments,
} from "./arguments";
import { helm } from "./command";
import { diagnoseRelease, parseManifest, resourceNames } from "./manifest";

/** Inputs whose change replaces the release. */
const FORCE_NEW = [["name"], ["namespace"]];

/** `namespace/name` of a release. */
function idOf(inputs: PropertyMap): string {
    return `${text(inputs, "namespace")}/${text(inputs, "name")}`;
}

/** State of a release; its inputs are secret as a whole, as in the official plugin. */
function toState(inputs: PropertyMap, outputs: PropertyMap): PropertyMap {
    return { ...markSecrets({ ...inputs, ...outputs }, inputs), __inputs: new Secret(inputs) };
}

/** The inputs in a release's state; `undefined` if there are none. */
function inputsOf(state: PropertyMap): PropertyMap | undefined {
    const { __inputs: inputs } = state;
    const opened = inputs instanceof Secret ? inputs.value : inputs;
    return isMap(opened) ? opened : undefined;
}

/**
 * Reads the chart: its exact version, and the kinds that its CRDs define.
 * @throws Error if the chart cannot be loaded.
 */
async function loadChart(inputs: PropertyMap, session: ClusterSession): Promise<string> {
    const args = chartArguments(inputs);
    const [metadata, crds] = await Promise.all(["chart", "crds"].map((part) => helm(session, ["show", part, ...args])));
    for (const crd of parseManifest(crds ?? "")) {
        announceKind(crd, session);
    }
    const parsed: unknown = parse(metadata ?? "");
    return isMap(parsed) ? text(parsed, "version") : "";
}

/** The release as reported by helm; `undefined` if it does not exist. */
async function lookUp(session: ClusterSession, inputs: PropertyMap): Promise<PropertyMap | undefined> {
    try {
        const metadata: unknown = JSON.parse(await helm(session, getArguments("metadata", inputs)));
        const objects = parseManifest(await helm(session, getArguments("manifest", inputs)));
        return isMap(metadata)
            ? {
                  resourceNames: resourceNames(objects),
                  status: {
                      appVersion: metadata.appVersion ?? "",
                      chart: metadata.chart ?? "",
                      name: metadata.name ?? "",
                      namespace: metadata.namespace ?? "",
                      revision: metadata.revision ?? 0,
                      status: metadata.status ?? "",
                      version: metadata.version ?? "",
                  },
              }
            : undefined;
    } catch (error) {
        if (messageOf(error).includes("not found")) {
            return undefined;
        }
        throw error;
    }
}

/**
 * Installs or upgrades; a failed release is kept in the state, with the reasons why it is not ready.
 * @param knownRevision Revision in the state; 0 for a release that does not exist yet.
 */
async function deploy(
    news: PropertyMap,
    { session }: ApiTarget,
    knownRevision: number,
    argumentsOf: (inputs: PropertyMap) => string[],
): Promise<PropertyMap> {
    clientOf(session);
    const inputs = revealMap(news);
    try {
        // JSON is YAML.
        await helm(session, argumentsOf(inputs), JSON.stringify(inputs.values ?? {}));
    } catch (error) {
        const verb = knownRevision === 0 ? "created" : "updated";
        const message = redact(`Helm release ${idOf(inputs)} was not ${verb}: ${messageOf(error)}`, news);
        const found = await lookUp(session, inputs).catch(() => undefined);
        // Without a new revision, the operation was rejected as a whole: by the chart, or because the release is
        // managed elsewhere.
        const isForeign = knownRevision === 0 && message.includes("cannot re-use a name");
        if (found === undefined || isForeign || count(found, "status", "revision") <= knownRevision) {
            throw new Error(message, { cause: error });
        }
        const objects = parseManifest(await helm(session, getArguments("manifest", inputs)).catch(() => ""));
        const reasons = await diagnoseRelease(objects, text(inputs, "namespace"), session);
        throw new PartialError(message, idOf(inputs), toState(news, found), reasons);
    }
    return toState(news, (await lookUp(session, inputs)) ?? {});
}

/** State in a preview: values that helm determines during the deployment are unknown. */
function plannedState(news: PropertyMap): PropertyMap {
    return toState(news, { resourceNames: new Unknown(), status: new Unknown() });
}

/** Reads a release for a refresh or an import. */
async function read(id: string, olds: PropertyMap, { session }: ApiTarget): Promise<ReadResult | undefined> {
    clientOf(session);
    const known = inputsOf(olds);
    const inputs = known ?? parseId(id);
    const found = await lookUp(session, revealMap(inputs));
    if (found === undefined) {
        return undefined;
    }
    const values: unknown = JSON.parse(await helm(session, getArguments("values", revealMap(inputs))));
    const live = { version: text(found, "status", "version"), values: isMap(values) ? values : {} };
    const imported = { ...inputs, chart: text(found, "status", "chart"), ...live };
    const kept = known ?? imported;
    const seen = "values" in kept ? live : { version: live.version };
    return { id, state: { ...toState(kept, found), ...markSecrets(seen, kept) }, inputs: kept };
}

/**
 * Completes the inputs of a release.
 * @throws Error for inputs that only the official plugin supports, and for a chart that cannot be loaded.
 */
async function check(news: PropertyMap, { session }: ApiTarget): Promise<PropertyMap> {
    // The SDK adds `compat` to pass its version to the official plugin; it is not an input.
    const given = without(Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null)), "compat");
    const unserved = unservedInputs(given);
    if (unserved.length > 0) {
        throw new Error(`the stand-in plugin does not serve ${unserved.join(", ")} of a Release: ${OFFICIAL_HINT}`);
    }
    const inputs: PropertyMap = { timeout: DEFAULT_TIMEOUT_SECONDS, ...given };
    if (containsUnknown(news)) {
        return inputs;
    }
    try {
        return { ...inputs, version: await loadChart(revealMap(inputs), session) };
    } catch (error) {
        const chart = text(revealMap(inputs), "chart");
        const message = `chart "${chart}": ${messageOf(error)}; check the chart's name and its repository`;
        throw new Error(redact(message, news), { cause: error });
    }
}

/** Handler of Helm releases, which uses the helm binary. */
export const releases: Handler = {
    check,
    diff: (olds, news, ignore) => {
        const inputs = inputsOf(olds) ?? {};
        const before = prune(revealMap(without(olds, "__inputs")), revealMap(inputs));
        const wanted = reveal(news);
        const changes = diffObjects(before, isMap(wanted) ? wanted : {}, FORCE_NEW, ignore);
        return Promise.resolve({ changes, deleteBeforeReplace: false });
    },
    create: async (news, target) =>
        target.preview
            ? { id: "", state: plannedState(news) }
            : { id: idOf(revealMap(news)), state: await deploy(news, target, 0, installArguments) },
    read: (id, olds, _inputs, target) => read(id, olds, target),
    update: async (olds, news, _ignore, target) =>
        target.preview
            ? plannedState(news)
            : deploy(news, target, count(revealMap(olds), "status", "revision"), upgradeArguments),
    delete: async (_id, olds, { session }) => {
        clientOf(session);
        await helm(session, uninstallArguments(revealMap(inputsOf(olds) ?? olds)));
    },
};
