import { type ClusterFacts, simulated } from "../facts";
import { type Flavour, flavourOf } from "../flavour";
import type { Plan } from "../plan";
import { shellWord } from "../../shell";
import type { CheckFinding } from "../report";

/** How an image on this machine is loaded onto the nodes. */
const LOAD: Partial<Record<Flavour, (image: string) => string>> = {
    k3s: (image) => `on each node: docker save ${shellWord(image)} | sudo k3s ctr images import -`,
    k3d: (image) => `k3d image import ${shellWord(image)} --cluster NAME`,
    kind: (image) => `kind load docker-image ${shellWord(image)} --name NAME`,
    minikube: (image) => `minikube image load ${shellWord(image)} --profile NAME`,
};

/** Can the nodes pull the images? An image without a registry must be on them already. */
export function imageFindings(facts: ClusterFacts, plan: Plan): CheckFinding[] {
    const name = "Images";
    if (simulated(facts)) {
        return [{ status: "skip", name, detail: "the nodes are simulated and pull no image" }];
    }
    const images = [...new Set(plan.images)];
    const local = images.filter((image) => !hasRegistry(image));
    const known = new Set(
        facts.nodes?.flatMap(({ status }) => status.images?.flatMap(({ names }) => names ?? []) ?? []),
    );
    const registries = new Set(images.filter(hasRegistry).map((image) => image.split("/", 1)[0] ?? ""));
    return [
        { status: "ok", name, detail: `pulled from ${[...registries].sort().join(", ") || "nowhere"}` },
        ...local.map((image) => localFinding(image, known, flavourOf(facts))),
    ];
}

function localFinding(image: string, known: ReadonlySet<string>, flavour: Flavour): CheckFinding {
    const name = `Image ${image}`;
    const names = [image, `docker.io/library/${image}`, `docker.io/${image}`, `localhost/${image}`];
    return names.some((candidate) => known.has(candidate))
        ? { status: "ok", name, detail: "on the nodes" }
        : {
              status: "warn",
              name,
              detail: "has no registry in its name and is on no node, as far as the nodes report (50 images each)",
              fix:
                  LOAD[flavour]?.(image) ??
                  "push it to a registry, then: pulumi config set --path mesh.image.repository <registry>/<name>",
          };
}

/** Whether an image's name begins with a registry: a host has a dot or a port, or is localhost. */
function hasRegistry(image: string): boolean {
    const [first = "", ...rest] = image.split("/");
    return rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
}
