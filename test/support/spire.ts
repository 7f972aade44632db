import { programRun, record, text } from "./mesh";
import { at, only, type Overrides, type ProgramRun, type Registered } from "./program";

/** Resources that the program sends, with SPIRE settings merged into the stack file. */
export function spireRun(spire: Overrides = {}, stack = "staging"): Promise<ProgramRun> {
    return programRun(stack, { spire });
}

/** The Kubernetes objects of SPIRE. */
export function spireObjects({ resources }: ProgramRun): Registered[] {
    return resources.filter(({ type, name }) => type.startsWith("kubernetes:") && name.startsWith("spire-"));
}

/** Data of a ConfigMap by its logical name. */
function configMap(run: ProgramRun, name: string): Record<string, unknown> {
    return record(at(only(run, "ConfigMap", name).inputs, "data"));
}

/** A JSON file of a ConfigMap. */
export function configFile(run: ProgramRun, name: string, file: string): unknown {
    return JSON.parse(text(configMap(run, name)[file]));
}

/** Pod spec of a workload by kind and logical name. */
export function podSpecOf(run: ProgramRun, kind: string, name: string): unknown {
    return at(only(run, kind, name).inputs, "spec", "template", "spec");
}

/** Pod specs of all workloads of SPIRE, by logical name. */
export function workloads(run: ProgramRun): Registered[] {
    return spireObjects(run).filter(({ type }) => /:(StatefulSet|DaemonSet|Deployment)$/.test(type));
}
