Feature: Signing in
  Who is who.

  Background:
    Given the site "acme"

  @LOG-01
  Scenario Outline: A valid account opens the console
    When Alex signs in to the <console> console as "alex" with "correct horse"
    Then Alex is signed in
    And the site status lists the representatives "Alex Kim"

    Examples:
      | console |
      | desktop |
      | Android |

  @LOG-01
  Scenario Outline: Anything else does not
    When Alex signs in to the desktop console as "<user>" with "<password>"
    Then Alex is told "wrong user name or password"
    And Alex is not signed in
    And the site status lists no representatives

    Examples:
      | user   | password      |
      | alex   | wrong horse   |
      | alex   |               |
      | nobody | correct horse |

  @LOG-01
  Scenario: A site that can't be reached opens nothing
    When Alex tries to sign in at the site "nowhere.example.com"
    Then Alex is told "no such name"
    And Alex is not signed in

  @LOG-02
  Scenario: Credentials are kept when that is ticked
    Given Alex has signed in to the Android console and ticked remember me
    When Alex starts the console anew
    Then the console offers Alex the user name "alex"
    When Alex signs in with what the console remembers
    Then Alex is signed in

  @LOG-02
  Scenario: Nothing is kept when it is not
    Given Alex is signed in to the Android console
    When Alex starts the console anew
    Then the console offers Alex no user name

  Scenario: An account that signs in elsewhere leaves its earlier console
    Given Alex is signed in to the desktop console
    And Carla is in session with Alex
    When Alex signs in to a second console
    Then Alex's first console is told "signed in elsewhere"
    And Alex's second console has Carla's session open
