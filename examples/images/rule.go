package images

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// rule is the event pattern, with ${UploadsBucket} where the bucket's name belongs: the notation of Terraform's templatefile
// and of CloudFormation's Fn::Sub.
//
//go:embed rule.json
var rule string

// Rule returns the event pattern of the rule that invokes the function for uploads to a bucket. It fails if the name is empty
// or the file is no event pattern.
func Rule(uploads string) (*pattern.Pattern, error) {
	if uploads == "" {
		return nil, fmt.Errorf("images: the rule needs the name of the bucket for uploads")
	}
	name, err := json.Marshal(uploads)
	if err != nil {
		return nil, fmt.Errorf("images: the rule: %w", err)
	}
	p, err := pattern.Parse([]byte(strings.ReplaceAll(rule, `"${UploadsBucket}"`, string(name))))
	if err != nil {
		return nil, fmt.Errorf("images: rule.json: %w", err)
	}
	return p, nil
}
