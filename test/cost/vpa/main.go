// Recommends by the algorithm of the Vertical Pod Autoscaler, with the defaults of its recommender.
// Input: [{"name": "...", "cpu": [cores], "memory": [bytes]}], a sample every five minutes. Output: [{"name", "cpu", "memory"}].
package main

import (
	"encoding/json"
	"os"
	"time"

	"k8s.io/autoscaler/vertical-pod-autoscaler/pkg/recommender/logic"
	"k8s.io/autoscaler/vertical-pod-autoscaler/pkg/recommender/model"
)

type series struct {
	Name   string    `json:"name"`
	CPU    []float64 `json:"cpu"`
	Memory []float64 `json:"memory"`
}

type target struct {
	Name   string  `json:"name"`
	CPU    float64 `json:"cpu"`
	Memory float64 `json:"memory"`
}

func main() {
	var all []series
	if err := json.NewDecoder(os.Stdin).Decode(&all); err != nil {
		panic(err)
	}
	// DefaultRecommenderConfig of pkg/recommender/config/config.go, which would bring in the clients of all its inputs.
	recommender := logic.CreatePodResourceRecommender(logic.RecommendationConfig{
		SafetyMarginFraction:       0.15,
		PodMinCPUMillicores:        25,
		PodMinMemoryMb:             250,
		TargetCPUPercentile:        0.9,
		LowerBoundCPUPercentile:    0.5,
		UpperBoundCPUPercentile:    0.95,
		ConfidenceIntervalCPU:      24 * time.Hour,
		TargetMemoryPercentile:     0.9,
		LowerBoundMemoryPercentile: 0.5,
		UpperBoundMemoryPercentile: 0.95,
		ConfidenceIntervalMemory:   24 * time.Hour,
	})
	var found []target
	for _, one := range all {
		state := model.NewAggregateContainerState()
		container := model.NewContainerState(nil, state)
		start := time.Unix(1_700_000_000, 0)
		add := func(resource model.ResourceName, amount model.ResourceAmount, index int) {
			container.AddSample(&model.ContainerUsageSample{
				MeasureStart: start.Add(time.Duration(index) * 5 * time.Minute),
				Usage:        amount,
				Resource:     resource,
			})
		}
		for index, cores := range one.CPU {
			add(model.ResourceCPU, model.CPUAmountFromCores(cores), index)
		}
		for index, bytes := range one.Memory {
			add(model.ResourceMemory, model.MemoryAmountFromBytes(bytes), index)
		}
		result := recommender.GetRecommendedPodResources(model.ContainerNameToAggregateStateMap{"app": state})["app"].Target
		found = append(found, target{
			Name:   one.Name,
			CPU:    model.CoresFromCPUAmount(result[model.ResourceCPU]),
			Memory: model.BytesFromMemoryAmount(result[model.ResourceMemory]),
		})
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		panic(err)
	}
}
