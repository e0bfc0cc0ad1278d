package pattern_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// uploadRule is the rule of an image service: uploads of .jpg and .png.
const uploadRule = `{
  "source": ["aws.s3"],
  "detail-type": ["Object Created"],
  "detail": {
    "bucket": {"name": ["uploads"]},
    "object": {"key": [{"suffix": ".jpg"}, {"suffix": ".png"}]}
  }
}`

// uploadEvent has the shape of AWS's own samples.
const uploadEvent = `{"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":"Object Created","source":"aws.s3","account":"111122223333","time":"2026-11-12T00:00:00Z","region":"ca-central-1","resources":["arn:aws:s3:::uploads"],"detail":{"version":"0","bucket":{"name":"uploads"},"object":{"key":"incoming/cat.jpg","size":5,"etag":"b1946ac92492d2347c6235b4d2611184","version-id":"IYV3p45BT0ac8hjHg1houSdS1a.Mro8e","sequencer":"617f08299329d189"},"request-id":"N4N7GDK58NMKJ12R","requester":"123456789012","source-ip-address":"1.2.3.4","reason":"PutObject"}}`

// How fast is a rule held against an event, compared with what one would write: decode the event into maps and compare? One
// event matches, one has another source, which a reader of the whole event cannot stop at either.
func BenchmarkMatch(b *testing.B) {
	p, err := pattern.Parse([]byte(uploadRule))
	if err != nil {
		b.Fatal(err)
	}
	for name, event := range map[string]string{
		"match": uploadEvent, "miss": strings.Replace(uploadEvent, `"aws.s3"`, `"aws.ec2"`, 1),
	} {
		data, want := []byte(event), name == "match"
		b.Run(name+"/pattern", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got, err := p.Match(data); err != nil || got != want {
					b.Fatal(got, err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
		b.Run(name+"/maps", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got, err := byHand(data); err != nil || got != want {
					b.Fatal(got, err)
				}
			}
		})
	}
}

// byHand is the rule as a careful person writes it over maps.
func byHand(data []byte) (bool, error) {
	var e map[string]any
	if err := json.Unmarshal(data, &e); err != nil {
		return false, err
	}
	detail, _ := e["detail"].(map[string]any)
	bucket, _ := detail["bucket"].(map[string]any)
	object, _ := detail["object"].(map[string]any)
	key, _ := object["key"].(string)
	return e["source"] == "aws.s3" && e["detail-type"] == "Object Created" && bucket["name"] == "uploads" &&
		(strings.HasSuffix(key, ".jpg") || strings.HasSuffix(key, ".png")), nil
}
