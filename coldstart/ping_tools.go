package coldstart

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
)

// Names that the payloads of the tools cannot be without.
var (
	pluginPrefix = []byte(`"serverless-plugin-`)
	warmerMember = []byte(`"warmer"`)
)

// isToolPing reports whether payload, which is small, is what one of the tools sends. Nearly every other payload is told
// from them by two searches.
func isToolPing(payload []byte) bool {
	switch {
	case bytes.Contains(payload, warmerMember):
		return isObject(payload, isWarmerMember, "warmer")
	case bytes.Contains(payload, pluginPrefix):
		return isObject(payload, isPluginMember, "source")
	}
	return false
}

func isPluginMember(name string, value any) bool {
	return name == "source" && (value == "serverless-plugin-warmup" || value == "serverless-plugin-lambda-warmup")
}

func isWarmerMember(name string, value any) bool {
	switch name {
	case "warmer":
		return value == true
	case "test":
		_, ok := value.(bool)
		return ok
	case "concurrency", "__WARMER_INVOCATION__", "__WARMER_CONCURRENCY__":
		_, ok := value.(float64)
		return ok
	case "target", "__WARMER_CORRELATIONID__":
		_, ok := value.(string)
		return ok
	}
	return false
}

// isObject reports whether payload is one flat object, with the member that is needed, no member twice, and every member as
// allowed says.
func isObject(payload []byte, allowed func(name string, value any) bool, needed string) bool {
	d := json.NewDecoder(bytes.NewReader(payload))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	var seen []string
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return false
		}
		value, err := d.Token()
		if err != nil {
			return false
		}
		member, ok := name.(string)
		if !ok || slices.Contains(seen, member) || !allowed(member, value) {
			return false
		}
		seen = append(seen, member)
	}
	if t, err := d.Token(); err != nil || t != json.Delim('}') {
		return false
	}
	_, err := d.Token()
	return err == io.EOF && slices.Contains(seen, needed)
}
