import { each } from "../../engine/finding";
import { flag, texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { requireQuantity, requireResource, resourceField } from "../../kubernetes/resources";
import { DECLARED_ROLES, eachContainer, RUNNING_ROLES } from "../../kubernetes/workload";

/** With requests, the scheduler finds a node with enough resources. */
export const resourceRequests = defineRule({
    id: "resource-requests",
    title: "Containers have resource requests",
    description: "Every container must request CPU and memory.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Set resources.requests.cpu and resources.requests.memory on the container to its normal usage.",
        "Or set spec.resources.requests for the pod as a whole (Kubernetes 1.34 and later).",
    ],
    url: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    example: {
        bad: `
containers: [{ name: app, image: app:1.0.0 }]`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    resources: { requests: { cpu: 50m, memory: 64Mi } }`,
    },
    options: {
        resources: texts(["cpu", "memory"], "Resources that must be requested."),
        includeInit: flag(true, "Also check init containers; sidecars are always checked."),
        limitsImplyRequests: flag(false, "Accept a limit instead of a request, since the API server copies it."),
    },
    *check(workload, { resources, includeInit, limitsImplyRequests }) {
        yield* each(workload.pod.at("resources", "requests").entries(), ([, entry]) => requireQuantity(entry));
        const roles = includeInit ? DECLARED_ROLES : RUNNING_ROLES;
        yield* eachContainer(workload, roles, function* (container) {
            yield* each(resources, (resource) =>
                limitsImplyRequests && resourceField(container, "limits", resource).isSet()
                    ? []
                    : requireResource(container, workload, "requests", resource),
            );
            yield* each(container.at("resources", "requests").entries(), ([, entry]) => requireQuantity(entry));
        });
    },
});
