package podverdict

import "context"

// Quantity is an amount of a resource as upstream reads it.
type Quantity struct {
	// String is the canonical text.
	String string `json:"string"`
	// Sign is -1, 0 or 1.
	Sign int `json:"sign"`
	// Value is the amount rounded up to whole units, MilliValue to thousandths.
	Value      int64 `json:"value"`
	MilliValue int64 `json:"milliValue"`
	// Refusal says why it cannot be read; empty if it can.
	Refusal string `json:"error"`
}

// ParseQuantity reads a quantity.
func (k Kubernetes) ParseQuantity(ctx context.Context, written string) (Quantity, error) {
	var answer struct {
		A Quantity `json:"a"`
	}
	err := k.Ask(ctx, "quantity", map[string]any{"opts": map[string]string{"a": written}}, &answer)
	return answer.A, err
}

// CompareQuantities gives -1, 0 or 1, or an *Error of code "invalid_value" if one of them cannot be read.
func (k Kubernetes) CompareQuantities(ctx context.Context, a, b string) (int, error) {
	var answer struct {
		A, B  Quantity
		Order int `json:"cmp"`
	}
	if err := k.Ask(ctx, "quantity", map[string]any{"opts": map[string]string{"a": a, "b": b}}, &answer); err != nil {
		return 0, err
	}
	if answer.A.Refusal != "" {
		return 0, &Error{Code: "invalid_value", Path: "a", Message: answer.A.Refusal}
	}
	if answer.B.Refusal != "" {
		return 0, &Error{Code: "invalid_value", Path: "b", Message: answer.B.Refusal}
	}
	return answer.Order, nil
}
