import { at, isMap, items, text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import { describe, nameOf, namespaceOf } from "../object";
import type { ObjectLookup } from "./types";

/** The status condition of a type; an empty map if it is missing. */
export function condition(object: PropertyMap, type: string): PropertyMap {
    return items(object, "status", "conditions").find((each) => each.type === type) ?? {};
}

/** `[reason] message` of a condition or event; missing parts are omitted. */
function reasoned(part: PropertyMap): string {
    return [text(part, "reason") === "" ? "" : `[${text(part, "reason")}]`, text(part, "message")]
        .filter((each) => each !== "")
        .join(" ");
}

/** Whether a pod is ready for traffic, or has completed. */
function isPodReady(pod: PropertyMap): boolean {
    return text(pod, "status", "phase") === "Succeeded" || condition(pod, "Ready").status === "True";
}

/** Why a container does not run: its waiting or termination reason; `undefined` if it runs. */
function containerProblem(status: PropertyMap): string | undefined {
    const parts = [
        at(status, "state", "waiting"),
        at(status, "state", "terminated"),
        at(status, "lastState", "terminated"),
    ];
    const part = parts.filter(isMap).find((each) => each.exitCode !== 0);
    if (part === undefined) {
        return undefined;
    }
    const exit = typeof part.exitCode === "number" ? ` (exit code ${part.exitCode})` : "";
    return `container "${text(status, "name")}": ${reasoned(part)}${exit}`;
}

/** Why a pod is not ready; names pod, container and reason. */
export function podProblems(pod: PropertyMap): string[] {
    const name = `Pod ${namespaceOf(pod)}/${nameOf(pod)}`;
    const scheduled = condition(pod, "PodScheduled");
    if (scheduled.status === "False") {
        return [`${name}: [FailedScheduling] ${text(scheduled, "message")}`];
    }
    const statuses = [...items(pod, "status", "initContainerStatuses"), ...items(pod, "status", "containerStatuses")];
    const containers = statuses.filter((status) => status.ready !== true).map(containerProblem);
    const problems = containers.filter((problem) => problem !== undefined).map((problem) => `${name}: ${problem}`);
    if (problems.length > 0) {
        return problems;
    }
    const ready = condition(pod, "Ready");
    return isPodReady(pod) ? [] : [`${name}: ${reasoned(ready) || `phase ${text(pod, "status", "phase")}`}`];
}

/** Maximum number of problems shown; the rest are counted. */
const SHOWN_PROBLEMS = 10;

/** Removes duplicate problems, and limits their number. */
export function shorten(problems: readonly string[]): string[] {
    const unique = [...new Set(problems)];
    const more = unique.length - SHOWN_PROBLEMS;
    return more > 0 ? [...unique.slice(0, SHOWN_PROBLEMS), `... and ${more} more`] : unique;
}

/** Label selector of an object's pods in API query format; "" for a selector without labels. */
function labelSelector(object: PropertyMap): string {
    const labels = at(object, "spec", "selector", "matchLabels");
    return Object.keys(isMap(labels) ? labels : {})
        .map((key) => `${key}=${text(labels, key)}`)
        .join(",");
}

/** The pods that an object selects by labels. */
async function podsOf(object: PropertyMap, { client }: ObjectLookup): Promise<PropertyMap[]> {
    const selector = labelSelector(object);
    return selector === ""
        ? []
        : client.list({ group: "", version: "v1", kind: "Pod" }, namespaceOf(object), { labelSelector: selector });
}

/** Messages of the warning events about an object: the newest for each reason, since controllers retry. */
export async function warningEvents(object: PropertyMap, { client }: ObjectLookup): Promise<string[]> {
    const selector = [
        `involvedObject.kind=${text(object, "kind")}`,
        `involvedObject.name=${nameOf(object)}`,
        ...(text(object, "metadata", "uid") === "" ? [] : [`involvedObject.uid=${text(object, "metadata", "uid")}`]),
        "type=Warning",
    ].join(",");
    const events = await client.list({ group: "", version: "v1", kind: "Event" }, namespaceOf(object), {
        fieldSelector: selector,
    });
    const time = (event: PropertyMap): string => text(event, "lastTimestamp") || text(event, "eventTime");
    const newest = new Map(
        events
            .sort((a, b) => time(a).localeCompare(time(b)))
            .map((event) => [text(event, "reason"), `${describe(object)}: ${reasoned(event)}`]),
    );
    return [...newest.values()].map((event) => event.replace("(combined from similar events): ", ""));
}

/** Why the pods of an object are not ready: its own warning events, then the pods' conditions and events. */
export async function diagnosePods(object: PropertyMap, lookup: ObjectLookup): Promise<string[]> {
    const pods = (await podsOf(object, lookup)).filter((pod) => !isPodReady(pod));
    return shorten([...(await warningEvents(object, lookup)), ...pods.flatMap(podProblems)]);
}
