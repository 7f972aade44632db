import { z } from "zod";
import { describeResource, type Resource } from "../../engine/state";
import { helmRevisions } from "../../kube/helmReleases";
import type { About, Decision, Evidence } from "./decision";
import { judgeRelease, type ReleaseVerdict } from "./helm";

const releaseSchema = z.object({ name: z.string(), namespace: z.string() });

/** Decides on the pending operation of a release. */
export async function decidePendingRelease(about: About, evidence: Evidence): Promise<Decision> {
    const inState =
        about.operation !== "creating" || evidence.state.resources.some(({ urn }) => urn === about.resource.urn);
    const decision = await decideOn(about, evidence, inState);
    return decision ?? { ...about, action: "clear", why: inState ? "the refresh reads it" : "it was not installed" };
}

/** Decides on a release that is in the state or that the next update would install, and has no pending operation. */
export async function decideRelease(resource: Resource, evidence: Evidence): Promise<Decision[]> {
    const inState = evidence.state.resources.some(({ urn }) => urn === resource.urn);
    const operation = inState ? "recorded" : "unrecorded";
    const decision = await decideOn({ object: describeResource(resource), operation, resource }, evidence, inState);
    return decision === undefined ? [] : [decision];
}

async function decideOn(about: About, evidence: Evidence, inState: boolean): Promise<Decision | undefined> {
    const found = releaseSchema.safeParse(about.resource.inputs);
    if (!found.success) {
        return { ...about, action: "refuse", why: "its name and namespace are not in the state" };
    }
    const { name, namespace } = found.data;
    const records = await helmRevisions(evidence.read, namespace, name);
    if (records === undefined) {
        return { ...about, action: "refuse", why: `your user cannot list the Secrets of namespace ${namespace}` };
    }
    const { lastSuccess, failed } = evidence.attempts;
    const attempts = about.operation === "unrecorded" ? failed : undefined;
    const vouched = evidence.vouched.includes(about.object);
    return decisionOf(about, { namespace, name }, judgeRelease(records, { inState, vouched, lastSuccess, attempts }));
}

function decisionOf(
    about: About,
    named: { readonly namespace: string; readonly name: string },
    verdict: ReleaseVerdict,
): Decision | undefined {
    switch (verdict.verdict) {
        case "none":
            return undefined;
        case "adopt": {
            const update = about.operation === "unrecorded" ? "an update that failed" : "the interrupted update";
            return { ...about, action: "adopt", id: `${named.namespace}/${named.name}`, why: `${update} installed it` };
        }
        case "rollback": {
            const { held, to } = verdict;
            const why = `its revision ${held.revision} is ${held.status}: helm rollback to revision ${to}`;
            return { ...about, action: "rollback", release: { ...named, held }, to, why };
        }
        case "uninstall": {
            const { held } = verdict;
            const why = `its revision ${held.revision} is ${held.status}: helm uninstall, the update installs it again`;
            return { ...about, action: "uninstall", release: { ...named, held }, why };
        }
        case "refuse":
            return { ...about, action: "refuse", why: verdict.reason };
    }
}
