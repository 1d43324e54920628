Feature: Support and Support+
  Android has two apps for customers. Support+ does all that Support does, and transfers files.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @AND-05 @AND-07
  Scenario Outline: Whatever Support can do, Support+ can
    Given Carla is a customer with an Android 13 phone that has <apps>
    And Carla is in session with Alex
    Then Alex sees that Carla's client is "<client>"
    And Alex is offered screen sharing in Carla's session
    And Alex is offered system information in Carla's session
    When Carla writes "My screen is blue"
    Then Alex reads "My screen is blue" from Carla
    When Alex opens system information in Carla's session
    And Carla allows system information
    Then Alex can use system information in Carla's session

    Examples:
      | apps     | client    |
      | Support  | Support   |
      | Support+ | Support+  |

  @AND-05
  Scenario: Both can be on one phone
    Given Carla is a customer with an Android 13 phone that has Support and Support+
    Then the apps on Carla's device are "Support, Support+"

  @AND-05
  Scenario: The phone's store has Support, and not Support+
    Given Carla is a customer with an Android 13 phone that has no app
    When Carla picks the issue "VPN does not connect" on the portal
    Then Carla is sent to the app store
    When Carla installs the app
    Then the apps on Carla's device are "Support"
    When Alex accepts Carla's session
    Then Alex sees that Carla's client is "Support"

  @AND-06
  Scenario Outline: Who has both and follows a link says which to go on with
    Given Carla is a customer with an Android <android> phone that has Support and Support+
    And Alex has generated a session key
    When Carla opens the URL of Alex's session key
    Then Carla must choose between Support and Support+, of which <which> files
    And Carla does not wait in any queue
    When Carla goes on with <app>
    Then Carla waits in Alex's personal queue
    When Alex accepts Carla's session
    Then Alex sees that Carla's client is "<client>"

    Examples:
      | android | which                   | app      | client    |
      | 13      | only Support+ transfers | Support+ | Support+  |
      | 13      | only Support+ transfers | Support  | Support   |
      | 11      | only Support+ transfers | Support+ | Support+  |
      | 10      | each transfers          | Support  | user mode |

  @AND-06
  Scenario: Who has one app is not asked
    Given Carla is a customer with an Android 13 phone that has Support+
    And Alex has generated a session key
    When Carla opens the URL of Alex's session key
    Then Carla waits in Alex's personal queue

  @AND-01 @AND-05
  Scenario: Support+ can be opened, too
    Given Carla is a customer with an Android 13 phone that has Support and Support+
    And Carla opens the app Support+
    And Carla chooses the support site "support.example.com"
    When Carla picks the issue "VPN does not connect" in the app
    Then Carla waits in the Network queue
    When Alex accepts Carla's session
    Then Alex sees that Carla's client is "Support+"
