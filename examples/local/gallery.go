package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

const (
	uploads     = "uploads"
	thumbnails  = "thumbnails"
	thumbnailer = "github.com/lambdapatterns/lambdapatterns/examples/images/thumbnailer"
)

// gallery is the images service on the stack's engines, with all that AWS would be around it.
type gallery struct {
	*stack
	objects  *objectStore
	s3       *s3.Client
	bus      *bus
	async    *asyncInvoker
	store    *images.Store
	failed   queue
	outcomes outcomes
	folder   string // where the pictures go that a person may look at
}

// openGallery starts the service. What it starts is stopped with the stack.
func openGallery(ctx context.Context, s *stack) (*gallery, error) {
	g := &gallery{stack: s, outcomes: outcomes{logs: s.logs, byEvent: map[string][]images.Outcome{}}}
	s.heading("The stack of the images")
	rule, err := images.Rule(uploads)
	if err != nil {
		return nil, err
	}
	g.bus = &bus{story: s.printer, name: "s3-image-upload", rule: rule, target: func(event []byte) { g.async.accept(event) }}
	if g.objects, err = newObjectStore(g.bus.put, uploads, thumbnails); err != nil {
		return nil, err
	}
	endpoint, err := s.listen(loopback, g.objects)
	if err != nil {
		return nil, fmt.Errorf("S3: %w", err)
	}
	g.s3 = s3At(endpoint)
	s.printf("  s3      %s (in memory): buckets %s and %s, EventBridge on\n", endpoint, uploads, thumbnails)
	s.printf("  rule    %s: %s\n", g.bus.name, rule)
	behind := endpoint // of the function's
	if w := s.options.weather; w != nil {
		if behind, err = s.listen(loopback, w.frontS3(g.objects)); err != nil {
			return nil, fmt.Errorf("S3: %w", err)
		}
	}
	table, err := g.createTable(ctx)
	if err != nil {
		return nil, err
	}
	if g.failed, err = s.createQueue(ctx, "images-failed"+s.suffix, nil); err != nil {
		return nil, err
	}
	if err := g.startFunction(ctx, map[string]string{
		"AWS_ENDPOINT_URL_S3": behind, "TABLE_NAME": table, "UPLOADS_BUCKET": uploads, "THUMBNAILS_BUCKET": thumbnails,
	}); err != nil {
		return nil, err
	}
	return g, g.makeFolder()
}

// createTable creates the service's own table and returns its name.
func (g *gallery) createTable(ctx context.Context) (string, error) {
	name := "images" + g.suffix
	table := images.NewTable(g.db, name)
	var err error
	if g.store, err = images.NewStore(table); err != nil {
		return "", err
	}
	return name, g.machine.createTable(ctx, table)
}

func (g *gallery) startFunction(ctx context.Context, own map[string]string) error {
	variables := maps.Clone(g.variables)
	maps.Copy(variables, own)
	f, err := g.deploy(ctx, lambdaruntime.Config{
		Name: "images-thumbnailer", MemoryMB: 1024, Environment: variables, Logs: &g.outcomes,
	}, thumbnailer)
	if err == nil {
		g.async = g.machine.async(ctx, f, g.failed)
	}
	return err
}

func (g *gallery) makeFolder() (err error) {
	if g.folder = g.options.pictures; g.folder == "" {
		g.folder, err = os.MkdirTemp("", "lambdapatterns-pictures-")
		return err
	}
	return os.MkdirAll(g.folder, 0o755)
}

// show puts a picture into the folder.
func (g *gallery) show(name string, data []byte) error {
	return os.WriteFile(filepath.Join(g.folder, name), data, 0o644)
}

// object reads an object.
func (g *gallery) object(ctx context.Context, bucket, key string) ([]byte, *s3.GetObjectOutput, error) {
	out, err := g.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, nil, err
	}
	defer out.Body.Close()
	data, err := io.ReadAll(out.Body)
	return data, out, err
}

// keys lists a bucket.
func (g *gallery) keys(ctx context.Context, bucket string) ([]string, error) {
	var keys []string
	pages := s3.NewListObjectsV2Paginator(g.s3, &s3.ListObjectsV2Input{Bucket: &bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			keys = append(keys, aws.ToString(o.Key))
		}
	}
	return keys, nil
}

// outcomes learns from the function's log what became of each event, and hands the log on.
type outcomes struct {
	logs    *logs
	mu      sync.Mutex
	byEvent map[string][]images.Outcome
}

func (o *outcomes) Write(line []byte) (int, error) {
	var handled struct {
		Message string         `json:"msg"`
		EventID string         `json:"event_id"`
		Key     string         `json:"key"`
		Outcome images.Outcome `json:"outcome"`
		Reason  string         `json:"reason"`
	}
	if json.Unmarshal(line, &handled) == nil {
		switch {
		case handled.Outcome != "":
			o.logs.story.printf("  log     images-thumbnailer: event %s %s: %s\n", short(handled.EventID), handled.Key, handled.Outcome)
			o.mu.Lock()
			o.byEvent[handled.EventID] = append(o.byEvent[handled.EventID], handled.Outcome)
			o.mu.Unlock()
		case handled.Reason != "":
			o.logs.story.printf("  log     images-thumbnailer: %s %s: %s\n", handled.Key, handled.Message, handled.Reason)
		}
	}
	return o.logs.Write(line)
}

func (o *outcomes) of(event string) []images.Outcome {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.byEvent[event])
}

// untilHandled waits until the function has logged n outcomes of an event, and fails unless they are the wanted one.
func (g *gallery) untilHandled(ctx context.Context, event []byte, n int, want images.Outcome) error {
	about := aboutOf(event)
	before := g.async.failures(about.id)
	return g.until(ctx, fmt.Sprintf("event %s of %s is %s", about.id, about.object(), want), func() (bool, error) {
		got := g.outcomes.of(about.id)
		for _, o := range got {
			if o != want {
				return false, fmt.Errorf("event %s of %s is %s, want %s", about.id, about.object(), o, want)
			}
		}
		if g.async.failures(about.id) != before {
			return false, fmt.Errorf("event %s of %s has failed %d times", about.id, about.object(), maxAttempts)
		}
		return len(got) >= n, nil
	})
}
