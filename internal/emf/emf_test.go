package emf

import (
	"fmt"
	"strings"
	"testing"
)

func TestNamespaceProblem(t *testing.T) {
	t.Parallel()
	for namespace, ok := range map[string]bool{
		"Orders": true, "My-App_1./#: ": true, strings.Repeat("n", 255): true,
		"": false, strings.Repeat("n", 256): false, "a\nb": false, "ä": false, "AWS/Lambda": false, ":a": false, "  ": false,
	} {
		if problem := NamespaceProblem(namespace); (problem == "") != ok {
			t.Errorf("%q: %q", namespace, problem)
		}
	}
}

func TestDimensionsProblem(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 29 {
		many[fmt.Sprint("d", i)] = "v"
	}
	if problem := DimensionsProblem(many, "Own"); problem != "" {
		t.Errorf("29 dimensions: %s", problem)
	}
	many["d29"] = "v"
	if problem := DimensionsProblem(many, "Own"); !strings.Contains(problem, "30 dimensions and Own") {
		t.Errorf("30 dimensions: %q", problem)
	}
	for name, value := range map[string]string{
		"Own": "v", "_aws": "v", "Taken": "v", ":a": "v", "": "v", "a": "", "b": " ", "c": strings.Repeat("v", 1025), "d": "ä", "ä": "v",
	} {
		if DimensionsProblem(map[string]string{name: value}, "Own", "Taken") == "" {
			t.Errorf("%q=%q: no problem", name, value)
		}
	}
	if problem := DimensionsProblem(map[string]string{"a b": strings.Repeat("v", 1024)}, "Own", "Taken"); problem != "" {
		t.Error(problem)
	}
}
