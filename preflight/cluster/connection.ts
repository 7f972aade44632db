import { z } from "zod";
import { messageOf } from "../../errors";
import { VERSION_PATH } from "../../kube/identity";
import { loadContext } from "../../kube/kubeconfig";
import { kubectl } from "../../kube/kubectl";
import type { Send } from "../../kube/request";
import type { CheckFinding } from "../report";
import type { Target } from "../../engine/target";

const reviewSchema = z.object({ status: z.object({ userInfo: z.object({ username: z.string() }) }) });

/** Does the API server answer, and accept the credentials? */
export async function connectionFinding(target: Target, send: Send): Promise<CheckFinding> {
    const name = "API server";
    const fix = `${kubectl(target)} version`;
    const { server } = loadContext(target);
    try {
        const { status } = await send(VERSION_PATH);
        if (status === 401) {
            return {
                status: "fail",
                name,
                detail: `${server} does not accept the credentials of ${target.context}`,
                fix,
            };
        }
        if (status !== 200) {
            return { status: "fail", name, detail: `${server} answers ${status} instead of its version`, fix };
        }
        const user = await userName(send);
        return { status: "ok", name, detail: `${server} answers${user === undefined ? "" : ` ${user}`}` };
    } catch (error) {
        return { status: "fail", name, detail: `${server} does not answer: ${messageOf(error)}`, fix };
    }
}

/** The user name of these credentials; `undefined` before Kubernetes 1.28. */
async function userName(send: Send): Promise<string | undefined> {
    const { object } = await send("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
        apiVersion: "authentication.k8s.io/v1",
        kind: "SelfSubjectReview",
    });
    return reviewSchema.safeParse(object).data?.status.userInfo.username;
}
