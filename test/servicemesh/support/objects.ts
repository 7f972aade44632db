import { record } from "../../support/mesh";
import { at, type Overrides, plain, type ProgramRun, runProgram } from "../../support/program";
import type { Manifest } from "./istioctl";

/** Plain objects of the mesh's namespace, without the marks of secrets, and the namespace itself. */
export async function meshObjects(stack: string, mesh: Overrides): Promise<Manifest[]> {
    return objectsOf(await runProgram(stack, { mesh }));
}

function objectsOf({ resources }: ProgramRun): Manifest[] {
    return resources
        .filter(({ type, name }) => type.startsWith("kubernetes:") && name.startsWith("mesh"))
        .map(({ inputs }) => record(plain(inputs)));
}

/** The object of a kind; fails when there is not exactly one. */
export function the(objects: readonly Manifest[], kind: string): Manifest {
    const [found, ...more] = objects.filter((object) => object.kind === kind);
    if (found === undefined || more.length > 0) {
        throw new Error(`expected one ${kind}, found ${found === undefined ? 0 : more.length + 1}`);
    }
    return found;
}

/** A pod of a Deployment's template. */
export function podOf(deployment: Manifest, name: string): Manifest {
    const template = at(deployment, "spec", "template");
    const { labels, annotations } = record(at(template, "metadata"));
    return { apiVersion: "v1", kind: "Pod", metadata: { name, labels, annotations }, spec: at(template, "spec") };
}
