// Command psa tells what Kubernetes' own Pod Security checks say about pods, for the test that compares the policy pack
// with them. It reads one pod a line as JSON, and writes one line for each: by minor version, the checks that fail.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(versions []string) error {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var pod corev1.Pod
		if err := json.Unmarshal(in.Bytes(), &pod); err != nil {
			return err
		}
		setDefaults(&pod.Spec)
		failed := map[string][]string{}
		for _, version := range versions {
			minor, err := strconv.Atoi(version)
			if err != nil {
				return err
			}
			failed[version] = failing(&pod, api.MajorMinorVersion(1, minor))
		}
		if err := out.Encode(failed); err != nil {
			return err
		}
	}
	return in.Err()
}

// failing lists the checks that a pod fails under the newest semantics that a version has.
func failing(pod *corev1.Pod, version api.Version) []string {
	failed := []string{}
	for _, check := range policy.DefaultChecks() {
		var judge policy.CheckPodFn
		for _, versioned := range check.Versions {
			if !version.Older(versioned.MinimumVersion) {
				judge = versioned.CheckPod
			}
		}
		if judge != nil && !judge(&pod.ObjectMeta, &pod.Spec).Allowed {
			failed = append(failed, string(check.ID))
		}
	}
	return failed
}

// setDefaults does what the API server does before admission, so far as the checks can tell.
func setDefaults(spec *corev1.PodSpec) {
	for i := range spec.Volumes {
		if spec.Volumes[i].VolumeSource == (corev1.VolumeSource{}) {
			spec.Volumes[i].EmptyDir = &corev1.EmptyDirVolumeSource{}
		}
	}
	if !spec.HostNetwork {
		return
	}
	for _, containers := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
		for i := range containers {
			for j := range containers[i].Ports {
				if port := &containers[i].Ports[j]; port.HostPort == 0 {
					port.HostPort = port.ContainerPort
				}
			}
		}
	}
}
