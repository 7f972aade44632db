import {
    AuthorizationV1Api,
    V1ResourceAttributes,
    V1SubjectAccessReview,
    V1SubjectAccessReviewSpec,
} from "@kubernetes/client-node";
import type { Expectation } from "../expectation";
import { describePermission, PERMISSIONS, type Permission } from "../permissions";
import type { Client } from "./client";
import { lookup } from "./lookup";
import type { AccessAnswer } from "./snapshot";

/** Queries the permissions of the app's ServiceAccount with a SubjectAccessReview for each of {@link PERMISSIONS}. */
export async function reviewAccess(client: Client, expected: Expectation): Promise<AccessAnswer[]> {
    const api = new AuthorizationV1Api(client.configuration);
    const groups = ["system:serviceaccounts", `system:serviceaccounts:${expected.namespace}`, "system:authenticated"];
    const ask = async (permission: Permission): Promise<boolean> => {
        const { verb, group, resource, subresource, clusterWide } = permission;
        const namespace = clusterWide ? undefined : expected.namespace;
        const resourceAttributes = Object.assign(new V1ResourceAttributes(), {
            verb,
            group,
            resource,
            subresource,
            namespace,
        });
        const spec = Object.assign(new V1SubjectAccessReviewSpec(), {
            user: expected.user,
            groups,
            resourceAttributes,
        });
        const review = await api.createSubjectAccessReview({
            body: Object.assign(new V1SubjectAccessReview(), { spec }),
        });
        return review.status?.allowed === true;
    };
    return Promise.all(
        PERMISSIONS.map(async (permission) => ({
            permission,
            allowed: await lookup(`permission ${describePermission(permission)}`, ask(permission)),
        })),
    );
}
