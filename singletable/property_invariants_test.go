package singletable_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// all reads the whole table, by key.
func (p property) all(t *testing.T) map[string]map[string]types.AttributeValue {
	t.Helper()
	out, err := p.client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &p.table, ConsistentRead: ptr(true)})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]types.AttributeValue{}
	for _, it := range out.Items {
		all[plain(it, "PK")+"|"+plain(it, "SK")] = it
	}
	return all
}

// plain is a text or number of an item, empty where there is none.
func plain(it map[string]types.AttributeValue, name string) string {
	switch v := it[name].(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	}
	return ""
}

func gone(it map[string]types.AttributeValue) bool {
	n, _ := strconv.ParseInt(plain(it, "until"), 10, 64)
	return n > 0 && n <= time.Now().Unix()
}

// check holds the table to what is always so: no index key is stale, and each live entity has its claims and no claim has
// another owner. Keys are made here by hand.
func (p property) check(t *testing.T) map[string]map[string]types.AttributeValue {
	t.Helper()
	all := p.all(t)
	claims := map[string]string{} // the claims that there must be, with their owners
	for key, it := range all {
		attribute := func(name string) string { return plain(it, name) }
		rank := func() string { n, _ := strconv.Atoi(attribute("rank")); return fmt.Sprintf("%019d", n) }
		want := map[string]string{}
		claim := func(name, value string) {
			if !gone(it) {
				claims["UNIQUE#"+attribute("_type")+"#"+name+"#"+value+"|CLAIM"] = key
			}
		}
		switch attribute("_type") {
		case "Member":
			want["PK"], want["SK"] = "MEMBER#"+attribute("id"), "MEMBER"
			want["GSI1PK"], want["GSI1SK"] = "EMAIL#"+attribute("email"), "MEMBER#"+attribute("id")
			want["GSI2PK"], want["GSI2SK"] = "TEAM#"+attribute("team"), "RANK#"+rank()+"#"+attribute("id")
			claim("email", attribute("email"))
			if nick := attribute("nick"); nick != "" {
				claim("nick", nick)
			}
		case "Device":
			want["PK"], want["SK"] = "DEVICE#"+attribute("id"), "DEVICE"
			want["GSI1PK"], want["GSI1SK"] = "TEAM#"+attribute("team"), "DEVICE#"+attribute("maker")+"#"+attribute("serial")
			claim("serial", attribute("maker")+"#"+attribute("serial"))
		case "Page":
			want["PK"], want["SK"] = "TEAM#"+attribute("team"), "PAGE#"+attribute("id")
			want["GSI1PK"], want["GSI1SK"] = "PAGE#"+attribute("id"), "RANK#"+rank()
			want["GSI2PK"], want["GSI2SK"] = "PAGES", rank()+"#"+attribute("team")
		case "UniqueClaim":
		default:
			t.Errorf("an item of no type: %v", it)
		}
		for name, v := range want {
			if attribute(name) != v {
				t.Errorf("%s: %s is %q, and its attributes make %q", key, name, attribute(name), v)
			}
		}
	}
	for key, owner := range claims {
		it := all[key]
		if it == nil || plain(it, "owner_partition")+"|"+plain(it, "owner_sort") != owner {
			t.Errorf("%s has no claim %s: it is %v", owner, key, it)
		} else if plain(it, "until") != plain(all[owner], "until") {
			t.Errorf("claim %s ends at %q, its owner at %q", key, plain(it, "until"), plain(all[owner], "until"))
		}
	}
	for key, it := range all {
		if plain(it, "_type") == "UniqueClaim" && claims[key] == "" && !gone(it) {
			t.Errorf("claim %s has no owner: %v", key, it)
		}
	}
	return all
}

// checkHistory holds what a step has done to entities to the rules of versions and times.
func checkHistory(t *testing.T, what string, before, after map[string]map[string]types.AttributeValue) {
	t.Helper()
	for key, it := range after {
		was := before[key]
		if plain(it, "version") == "" || was != nil && fmt.Sprint(texts(was)) == fmt.Sprint(texts(it)) {
			continue
		}
		version, _ := strconv.Atoi(plain(it, "version"))
		old, _ := strconv.Atoi(plain(was, "version"))
		isNew := was == nil || gone(was)
		if isNew && version != 1 || !isNew && version != old+1 {
			t.Errorf("%s: %s goes from version %d to %d", what, key, old, version)
		}
		if !isNew && plain(was, "created_at") != plain(it, "created_at") {
			t.Errorf("%s: %s was created at %s and then at %s", what, key, plain(was, "created_at"), plain(it, "created_at"))
		}
	}
}

func texts(it map[string]types.AttributeValue) map[string]string {
	all := map[string]string{}
	for name := range it {
		all[name] = plain(it, name)
	}
	return all
}
