import type { Planned } from "../../engine/changes";
import { imagesOf, type StackImage, type StackImages } from "../../images/stackImages";
import { settingReader } from "../../pipeline/images";
import { planned } from "../cost/support";
import { goldenResources } from "../policy/golden";

/** A digest that stands for an image. */
export function digest(of: string): string {
    return `sha256:${Buffer.from(of).toString("hex").padEnd(64, "0").slice(0, 64)}`;
}

/** What a stack of the golden files asks for; with the chart where there is one. */
export function goldenStack(stack: string): Planned[] {
    return goldenResources(stack).map(({ type, name, inputs }) => {
        const component = name.startsWith("spire") ? "spire" : "mesh";
        return type.endsWith(":Release") ? charted(type, name, inputs) : planned(type, name, inputs, component);
    });
}

/** A resource of the component for monitoring. */
export function charted(type: string, name: string, inputs: Planned["inputs"]): Planned {
    return { urn: `urn:pulumi:staging::x0tta6bl4::x0tta6bl4:monitoring:Monitoring$${type}::${name}`, type, inputs };
}

/** The images of resources, with the settings of a stack file. */
export function imagesFor(
    resources: readonly Planned[],
    config: Readonly<Record<string, unknown>> = {},
    stack = "staging",
): Promise<StackImages> {
    return imagesOf(resources, stack, settingReader(config));
}

/** A Deployment with one container. */
export function deployment(name: string, container: object, pod: object = {}): Planned {
    const metadata = { name, namespace: "monitoring" };
    const spec = { template: { metadata: { labels: { app: name } }, spec: { containers: [container], ...pod } } };
    return charted("kubernetes:apps/v1:Deployment", name, {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec,
    });
}

/** The one image whose name ends so. */
export function imageOf({ images }: Pick<StackImages, "images">, ending: string): StackImage {
    const [found, ...others] = images.filter(({ name }) => name.endsWith(ending));
    if (found === undefined || others.length > 0) {
        throw new Error(`${others.length + Number(found !== undefined)} images are called ${ending}`);
    }
    return found;
}
