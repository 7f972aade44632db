import { parse } from "yaml";
import { redact } from "../../protocol/redact";
import { PartialError } from "../../protocol/server";
import { autoname, parseUrn } from "../../protocol/urn";
import { containsUnknown, count, isMap, reveal, revealMap, Secret, text, Unknown } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import { markSecrets, prune } from "../checkpoint";
import { diffObjects } from "../diff";
import { messageOf } from "../errors";
import type { Handler } from "../handlers";
import { parseId, without } from "../object";
import type { ReadResult, Target } from "../target";
import { announceKind } from "../scope";
import { clientOf } from "../session";
import { chartArguments, getArguments, installArguments, uninstallArguments, upgradeArguments } from "./arguments";
import { withHelm } from "./command";
import type { Helm } from "./command";
import { diagnoseRelease, parseManifest, resourceNames } from "./manifest";
import { gatherValues, valuesText } from "./values";

/** Inputs whose change makes another release. */
const FORCE_NEW = [["name"], ["namespace"]];

/** `namespace/name` of a release. */
function idOf(inputs: PropertyMap): string {
    return `${text(inputs, "namespace")}/${text(inputs, "name")}`;
}

/** State of a release; its inputs are secret as a whole, like the official plugin's. */
function toState(inputs: PropertyMap, outputs: PropertyMap): PropertyMap {
    return { ...markSecrets({ ...inputs, ...outputs }, inputs), __inputs: new Secret(inputs) };
}

/** The inputs in a release's state; `undefined` where there are none. */
function inputsOf(state: PropertyMap): PropertyMap | undefined {
    const { __inputs: inputs } = state;
    const opened = inputs instanceof Secret ? inputs.value : inputs;
    return isMap(opened) ? opened : undefined;
}

/** Makes a copy without unset inputs and outputs. */
function setInputs(inputs: PropertyMap): PropertyMap {
    const outputs = new Set(["resourceNames", "status", "manifest", "checksum", "valueYamlFiles", "compat"]);
    return Object.fromEntries(Object.entries(inputs).filter(([name, value]) => value !== null && !outputs.has(name)));
}

/** Reads the chart: its exact version, and the kinds that its CRDs bring. @throws Error when it cannot be loaded. */
async function loadChart(inputs: PropertyMap, { session }: Target): Promise<string> {
    return withHelm(session, inputs, async ({ chart, run }) => {
        const args = chartArguments(chart, inputs);
        const [metadata, crds] = await Promise.all([
            run(["show", "chart", ...args]),
            inputs.skipCrds === true ? "" : run(["show", "crds", ...args]),
        ]);
        for (const crd of parseManifest(crds)) {
            announceKind(crd, session);
        }
        const parsed: unknown = parse(metadata);
        return isMap(parsed) ? text(parsed, "version") : "";
    });
}

/** What helm knows of a release; `undefined` when there is none. */
async function lookUp(helm: Helm, inputs: PropertyMap): Promise<PropertyMap | undefined> {
    try {
        const metadata: unknown = JSON.parse(await helm.run(getArguments("metadata", inputs)));
        const objects = parseManifest(await helm.run(getArguments("manifest", inputs)));
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
 * Installs or upgrades; a release that failed stays in the state, with what keeps it from being ready.
 * @param knownRevision Revision in the state; 0 for a release that is not there yet.
 */
async function deploy(
    news: PropertyMap,
    target: Target,
    knownRevision: number,
    argumentsOf: (chart: string, inputs: PropertyMap) => string[],
): Promise<PropertyMap> {
    const { session } = target;
    clientOf(session);
    const inputs = revealMap(news);
    return withHelm(session, inputs, async (helm) => {
        try {
            await helm.run(argumentsOf(helm.chart, inputs), valuesText(news.values));
        } catch (error) {
            const verb = knownRevision === 0 ? "created" : "updated";
            const message = redact(`Helm release ${idOf(inputs)} was not ${verb}: ${messageOf(error)}`, news);
            const found = await lookUp(helm, inputs).catch(() => undefined);
            // What made no new revision was refused as a whole: by the chart, or since the release is someone else's.
            const isForeign = knownRevision === 0 && message.includes("cannot re-use a name");
            if (found === undefined || isForeign || count(found, "status", "revision") <= knownRevision) {
                throw new Error(message, { cause: error });
            }
            const objects = parseManifest(await helm.run(getArguments("manifest", inputs)).catch(() => ""));
            const reasons = await diagnoseRelease(objects, text(inputs, "namespace"), session);
            throw new PartialError(message, idOf(inputs), toState(news, found), reasons);
        }
        return toState(news, (await lookUp(helm, inputs)) ?? {});
    });
}

/** A preview's state: what helm will only know after the deployment is unknown. */
function plannedState(news: PropertyMap): PropertyMap {
    return toState(news, { resourceNames: new Unknown(), status: new Unknown() });
}

/** Reads a release for a refresh or an import. */
async function read(id: string, olds: PropertyMap, target: Target): Promise<ReadResult | undefined> {
    clientOf(target.session);
    const known = inputsOf(olds);
    const inputs = known ?? parseId(id);
    return withHelm(target.session, revealMap(inputs), async (helm) => {
        const found = await lookUp(helm, revealMap(inputs));
        if (found === undefined) {
            return undefined;
        }
        const values: unknown = JSON.parse(await helm.run(getArguments("values", revealMap(inputs))));
        const live = { version: text(found, "status", "version"), values: isMap(values) ? values : {} };
        const imported = { ...inputs, chart: text(found, "status", "chart"), ...live };
        const kept = known ?? imported;
        const seen = "values" in kept ? live : { version: live.version };
        return { id, state: { ...toState(kept, found), ...markSecrets(seen, kept) }, inputs: kept };
    });
}

/** Helm releases, by the helm binary. */
export const releases: Handler = {
    check: async (news, olds, { seed }, target) => {
        const given = setInputs(news);
        const inputs: PropertyMap = {
            namespace: target.session.defaultNamespace,
            ...(given.skipAwait === true ? {} : { timeout: 300 }),
            ...given,
            name: given.name ?? olds.name ?? autoname(parseUrn(target.urn).name, seed),
        };
        if (containsUnknown(news)) {
            return {
                ...inputs,
                ...(news.valueYamlFiles === undefined ? {} : { valueYamlFiles: news.valueYamlFiles }),
            };
        }
        const values = await gatherValues(news);
        const complete = Object.keys(values).length === 0 ? inputs : { ...inputs, values };
        try {
            const version = await loadChart(revealMap(complete), target);
            return { ...complete, version };
        } catch (error) {
            const chart = text(revealMap(complete), "chart");
            throw new Error(
                redact(`chart "${chart}": ${messageOf(error)}; check the chart's name and its repository`, news),
                { cause: error },
            );
        }
    },
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
        const inputs = revealMap(inputsOf(olds) ?? olds);
        await withHelm(session, inputs, async ({ run }) => run(uninstallArguments(inputs)));
    },
};
