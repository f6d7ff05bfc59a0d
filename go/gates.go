package podverdict

import "context"

// Gate is a feature gate of a release.
type Gate struct {
	// Default is what it is without an override, Enabled what it is with those of the Kubernetes that was asked.
	Default bool `json:"default"`
	Enabled bool `json:"enabled"`
	// Stage is "ALPHA", "BETA", "DEPRECATED" or "GA".
	Stage string `json:"stage"`
	// Locked tells whether it cannot be overridden.
	Locked bool `json:"locked"`
	// DependsOn are the gates that must be on with it.
	DependsOn []string `json:"dependsOn"`
}

// FeatureGates gives the gates that bear on pods, by name.
func (k Kubernetes) FeatureGates(ctx context.Context) (map[string]Gate, error) {
	var answer struct {
		Gates map[string]Gate `json:"gates"`
	}
	err := k.Ask(ctx, "feature_gates", map[string]any{}, &answer)
	return answer.Gates, err
}
