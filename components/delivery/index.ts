import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";
import type { DeliveryArgs } from "./args";
import { controllerSpec } from "./controller";
import { DEPLOYMENT_EXEMPTIONS } from "./exemptions";
import { controllerLabels, deliveryNames } from "./names";
import { controllerPolicies } from "./networkPolicies";
import { controllerRules } from "./rbac";

export type { DeliveryArgs, PrometheusAddress } from "./args";

/**
 * The controller of Argo Rollouts for one stack: in the mesh's namespace, with rights in it alone. Its
 * CustomResourceDefinitions are the cluster's: the check before an update says how to install them.
 */
export class Delivery extends pulumi.ComponentResource {
    constructor(name: string, args: DeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
        super(
            "x0tta6bl4:delivery:Delivery",
            name,
            { environment: args.environment, controller: args.controller },
            opts,
        );
        const { controller } = deliveryNames(args.environment);
        const labels = controllerLabels(args.environment);
        const parent = { parent: this };
        const metadata = { name: controller, namespace: args.namespace, labels };

        const serviceAccount = new ServiceAccount(
            `${name}-service-account`,
            { metadata, automountServiceAccountToken: false },
            parent,
        );
        const role = new Role(`${name}-role`, { metadata, rules: controllerRules(args.switched) }, parent);
        const binding = new RoleBinding(
            `${name}-role-binding`,
            {
                metadata,
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
                subjects: [{ kind: "ServiceAccount", name: controller, namespace: args.namespace }],
            },
            parent,
        );
        const policies = args.networkPolicy.enabled
            ? Object.entries(controllerPolicies(args)).map(
                  ([policy, spec]) =>
                      new NetworkPolicy(
                          `${name}-${policy}`,
                          { metadata: { ...metadata, name: `${controller}-${policy}` }, spec },
                          parent,
                      ),
              )
            : [];
        new Deployment(
            `${name}-controller`,
            { metadata: { ...metadata, annotations: DEPLOYMENT_EXEMPTIONS }, spec: controllerSpec(args) },
            { ...parent, dependsOn: [serviceAccount, binding, ...policies] },
        );
        this.registerOutputs({});
    }
}
