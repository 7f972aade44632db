import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Field } from "../engine/field";
import { inNamespace } from "../kubernetes/namespaced";
import type { RenderedObject, Rendering } from "../kubernetes/rendering";
import { readDocuments, type Documents } from "../manifests/documents";
import { capabilitiesOf, type Capabilities } from "./capabilities";
import { chosenCapabilities } from "./chosen";
import type { ReleaseInputs } from "./release";
import type { HelmResult } from "./run";
import { withoutSecrets } from "./scrub";
import type { ReleaseTarget } from "./target";
import { templateOf, type Template } from "./template";

/** Renderings by hash of the inputs: every rule needs the same one. */
const cache = new Map<string, Promise<Rendering>>();

/**
 * Renders the chart of a release, once for equal inputs.
 * @param target How its cluster is reached. Default: it is not known, so helm's own version and APIs are assumed.
 */
export function render(inputs: ReleaseInputs, target?: ReleaseTarget): Promise<Rendering> {
    const key = createHash("sha256")
        .update(JSON.stringify([inputs, target, chosenCapabilities()]))
        .digest("hex");
    const known = cache.get(key);
    if (known !== undefined) {
        return known;
    }
    const rendering = renderChart(inputs, target);
    cache.set(key, rendering);
    return rendering;
}

async function renderChart(inputs: ReleaseInputs, target: ReleaseTarget | undefined): Promise<Rendering> {
    const folder = await mkdtemp(path.join(tmpdir(), "policy-helm-"));
    try {
        const template = await templateOf(inputs, target ?? {}, folder);
        if (typeof template === "string") {
            return { type: "failed", reason: withoutSecrets(template, inputs) };
        }
        const { documents, error, assumed } = await renderFor(template, target, folder);
        if (documents === undefined) {
            return { type: "failed", reason: withoutSecrets(error, inputs) };
        }
        const { manifests, faults } = documents;
        if (faults[0] !== undefined) {
            return { type: "failed", reason: `Its rendered output cannot be read. ${faults[0]}` };
        }
        const objects = manifests.map(({ body, template: of }): RenderedObject => {
            return { body: inNamespace(body, inputs.namespace), template: of };
        });
        return { type: "rendered", objects, assumed };
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

/** What a chart renders to, or why it does not. */
interface Rendered {
    readonly documents?: Documents;
    readonly error: string;
    /** Why it is not what the cluster makes of it. Default: it is. */
    readonly assumed?: string;
}

/** Renders for the cluster of a target where that answers. */
async function renderFor(template: Template, target: ReleaseTarget | undefined, folder: string): Promise<Rendered> {
    const chosen = chosenCapabilities();
    if (chosen !== undefined || target === undefined) {
        return read(await template.offline(chosen ?? { apiVersions: [] }));
    }
    const answer = await capabilitiesOf(target, folder);
    if ("reason" in answer) {
        return { ...read(await template.offline({ apiVersions: [] })), assumed: answer.reason };
    }
    const online = read(await template.online());
    const missing = missingVersions(online, answer);
    if (online.documents !== undefined && missing.length === 0) {
        return online;
    }
    // The update creates the definitions in a chart before it renders the rest, so their kinds are there by then.
    const apiVersions = [...answer.apiVersions, ...missing];
    return read(await template.offline({ kubeVersion: answer.kubeVersion, apiVersions }));
}

function read({ output, error }: HelmResult): Rendered {
    return { documents: output === undefined ? undefined : readDocuments(output), error };
}

/** Versions of the kinds that a chart defines, where the cluster does not have them yet. */
function missingVersions({ documents }: Rendered, { apiVersions }: Capabilities): string[] {
    const known = new Set(apiVersions);
    const defined = (documents?.manifests ?? []).flatMap(({ body, template = "" }) =>
        body.kind === "CustomResourceDefinition" && /(?:^|\/)crds\//.test(template) ? versionsOf(body) : [],
    );
    return defined.filter((version) => !known.has(version));
}

/** The versions of a definition's group and kind, as helm names them. */
function versionsOf(definition: unknown): string[] {
    const spec = new Field(definition).at("spec");
    const [group = "", kind = ""] = [spec.at("group").label(), spec.at("names", "kind").label()];
    return spec
        .at("versions")
        .children()
        .flatMap((version) => {
            const name = `${group}/${version.at("name").label() ?? ""}`;
            return [name, `${name}/${kind}`];
        });
}
